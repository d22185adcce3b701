# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='A print server asked for its printers'
about="What workstations do all day: the shares listed, the spoolss pipe asked for printers, drivers and ports. Chatter on a pipe is
no administrative act."
account='LAB\alice'
service_manager=samba
spoolss=yes
expect='
never smb.tree.admin file.* svcctl.* spoolss.*
'

run() {
  client rpcclient "$server_ip" -U 'alice%Passw0rd!' -c 'srvinfo; enumprinters; enumports; enumforms'
  connected 'IPC$'
}
