# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="A service installed on a member server with a Kerberos ticket"
about="A domain administrator's ticket and Samba's own tools: the executable copied to ADMIN\$, a service made of it and started."
server=mem1
filter=$domain_filter
by='ticket'
expect='
incident service-exec critical unverified
account LAB.TEST\dave
technique T1021.002 T1543.003 T1569.002 T1570
step smb.tree.admin file.write.exe svcctl.create_service svcctl.start_service
access unverified
file write agent.exe pe32
'

run() {
  ticket_for "$admin" "${password[$admin]}"
  samba_login
  client smbclient "//$server_name/ADMIN\$" "${login[@]}" -c 'put tool.exe agent.exe'
  same_on_disk 'ADMIN$' agent.exe tool.exe
  client net rpc service create Agent 'Agent' '%SystemRoot%\agent.exe' -S "$server_name" "${login[@]}"
  client net rpc service start Agent -S "$server_name" "${login[@]}"
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' agent.exe tool.exe
}
