# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='Services listed, none changed'
about="An administrator lists the services and asks for the state of one: reading is no administrative act."
account='LAB\admin'
service_manager=samba
expect='
never svcctl.create_service svcctl.start_service smb.tree.admin
'

run() {
  samba_login
  client net rpc service list -S "$server_ip" "${login[@]}"
  client net rpc service status NETLOGON -S "$server_ip" "${login[@]}"
  connected 'IPC$'
}
