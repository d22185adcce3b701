# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title="PsExec by hand with Samba's own tools, by Pass-the-Hash"
about="As psexec-samba, by the account's NT hash."
by='hash'
