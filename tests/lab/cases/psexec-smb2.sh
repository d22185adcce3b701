# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title='PsExec by hand over SMB 2.1'
about="As psexec-samba with the dialect of Windows 7."
samba_options=(--option='client max protocol=SMB2_10' --option='client ipc max protocol=SMB2_10')
dialect=2.1
