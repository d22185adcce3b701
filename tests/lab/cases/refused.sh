# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title='Everything refused'
about="Five logons with wrong passwords, then a right one that is denied ADMIN\$, and one that may open the svcctl
pipe but not the service manager. Steps, not an access: no
administrative act succeeded."
service_manager=samba
account='LAB\alice'
expect='
incident password-guessing high None
account LAB\alice
technique T1110
never svcctl.create_service smb.tree.admin
'

run() {
  local n
  for n in 1 2 3 4 5; do refused smbclient "//$server_ip/public" -U "alice%guess$n" -c ls; done
  refused smbclient "//$server_ip/ADMIN\$" -U 'alice%Passw0rd!' -c ls
  refused net rpc service create svc Svc 'C:\svc.exe' -S "$server_ip" -U 'alice%Passw0rd!'
  connected 'IPC$'
}
