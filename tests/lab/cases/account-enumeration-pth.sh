# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Accounts listed by impacket's samrdump.py, by Pass-the-Hash"
about="With an administrator's hash, but nothing that only an administrator may do."
dialect=3.0
account='FS1\admin'
by='hash'
service_manager=samba
expect='
never smb.tree.admin svcctl.* file.*
'

run() {
  impacket_login
  impacket samrdump.py "${login[@]}"
  connected 'IPC$'
}
