# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='PsExec by hand, hours between its steps'
about="As psexec-renamed, but the executable lies there for three hours before a service runs it, and is deleted three hours later. What
is more than an hour apart is an incident of its own; that the deleted file was an executable is still known."
watched=later
account='LAB\admin'
image='upd32.dat'
expect='
incident admin-share-copy high unverified
incident service-exec high unverified
incident admin-share-copy medium unverified
account LAB\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
step smb.tree.admin file.write.exe svcctl.create_service svcctl.start_service file.delete.exe
access unverified
file write upd32.dat pe32
'

run() {
  local share="//$server_ip/ADMIN\$"
  samba_login
  client smbclient "$share" "${login[@]}" -c "put tool.exe $image"
  same_on_disk 'ADMIN$' "$image" tool.exe
  pause
  client net rpc service create VendorUpdate 'Vendor Update Service' "%SystemRoot%\\$image" -S "$server_ip" "${login[@]}"
  client net rpc service start VendorUpdate -S "$server_ip" "${login[@]}"
  pause
  client smbclient "$share" "${login[@]}" -c "del $image"
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}

tamper() { logs_later; }         # their clock moves with that of the packets
pause() { later 180; }
