# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba-encrypted
title="PsExec by hand by Pass-the-Hash inside SMB3 encryption"
about="As psexec-samba-encrypted, by the account's NT hash."
by='hash'
