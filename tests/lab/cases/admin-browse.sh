# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='An administrator looks around on C$'
about="Nothing is moved or started, but only an administrator may look there."
account='LAB\admin'
expect='
incident unknown-admin medium unverified
account LAB\admin
technique T1021.002
step smb.tree.admin
never file.write.* svcctl.*
access unverified
'

run() {
  samba_login
  client smbclient "//$server_ip/C\$" "${login[@]}" -c 'ls; cd Windows; ls'
  connected 'IPC$' 'C$'
}
