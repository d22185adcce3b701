# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title='PsExec by hand over SMB1'
about="As psexec-samba, every connection over NT LM 0.12, by the account's NT hash."
by='hash'
samba_options=(--option='client min protocol=NT1' --option='client max protocol=NT1' --option='client ipc min protocol=NT1'
               --option='client ipc max protocol=NT1')
min_protocol=NT1
dialect='NT LM 0.12'
