# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba-smb1
title="PsExec by hand over SMB1 with a password"
about="As psexec-samba-smb1, with the password."
by='password'
