# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="PsExec by hand with Samba's own tools"
about="What PsExec does, step by step with a second, independent client stack: copy the executable to ADMIN\$, create,
start, query, stop and delete a service, remove the executable. Each step is a TCP connection and a session of
its own, so only source, account and destination tie them together."
account='LAB\admin'
image='PSEXESVC.exe' service='PSEXESVC' display='PsExec'
expect='
incident service-exec critical unverified
account LAB\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
step smb.tree.admin file.write.exe svcctl.create_service svcctl.start_service svcctl.delete_service file.delete.exe
access unverified
'

run() { psexec_by_hand; }

psexec_by_hand() {
  local share="//$server_ip/ADMIN\$"
  samba_login
  client smbclient "$share" "${login[@]}" -c "put tool.exe $image"
  same_on_disk 'ADMIN$' "$image" tool.exe
  client net rpc service create "$service" "$display" "%SystemRoot%\\$image" -S "$server_ip" "${login[@]}"
  client net rpc service start "$service" -S "$server_ip" "${login[@]}"
  client net rpc service status "$service" -S "$server_ip" "${login[@]}"
  client net rpc service stop "$service" -S "$server_ip" "${login[@]}"
  client net rpc service delete "$service" -S "$server_ip" "${login[@]}"
  client smbclient "$share" "${login[@]}" -c "del $image"
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
