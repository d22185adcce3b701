# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='A password guessed, then used'
about="Five wrong passwords of the administrator, then the right one and an executable on ADMIN$: one incident."
account='LAB\admin'
expect='
incident admin-share-copy critical unverified
account LAB\admin
technique T1110 T1021.002 T1570
step auth.guessing smb.tree.admin file.write.exe
access unverified
'

run() {
  local n
  for n in 1 2 3 4 5; do refused smbclient "//$server_ip/public" -U "admin%guess$n" -c ls; done
  samba_login
  client smbclient "//$server_ip/ADMIN\$" "${login[@]}" -c 'put setup.exe winupd.exe'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' winupd.exe setup.exe
  same_on_disk 'ADMIN$' winupd.exe setup.exe
}
