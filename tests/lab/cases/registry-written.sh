# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='A program made to start with the machine, through the remote registry'
about="An administrator creates a key and sets a value of the registry through the winreg pipe with Samba's net rpc registry: changing
it is an administrative act."
account='LAB\admin'
service_manager=samba
expect='
incident remote-registry medium unverified
account LAB\admin
technique T1112
step winreg.base_reg_set_value
never smb.tree.admin file.* svcctl.*
access unverified
'

run() {
  local key='HKLM\SOFTWARE\Vendor'
  samba_login
  client net rpc registry createkey "$key" -S "$server_ip" "${login[@]}"
  client net rpc registry setvalue "$key" Agent sz 'C:\agent.exe' -S "$server_ip" "${login[@]}"
  client net rpc registry enumerate "$key" -S "$server_ip" "${login[@]}"
  connected 'IPC$'
}
