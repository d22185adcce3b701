# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='Accounts listed through samr and lsarpc'
about="An ordinary user asks the server for its accounts and its SID: reconnaissance that any user may do, seen and listed as events,
not an administrator's act."
account='LAB\alice'
service_manager=samba
expect='
never smb.tree.admin svcctl.* file.*
'

run() {
  client rpcclient "$server_ip" -U 'alice%Passw0rd!' -c 'lsaquery; enumdomusers; queryuser bob'
  connected 'IPC$'
}
