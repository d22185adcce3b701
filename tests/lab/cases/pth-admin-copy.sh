# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title='An executable copied to ADMIN$ by Pass-the-Hash'
about="Samba's client logs on with the account's NT hash and leaves an executable in ADMIN\$; nothing is run. The NTLM
messages are those of a logon with the password."
account='LAB\admin'
by='hash'
expect='
incident admin-share-copy high unverified
account LAB\admin
technique T1021.002 T1570
step smb.tree.admin file.write.exe
never svcctl.*
access unverified
file write winupd.exe pe32
'

run() {
  samba_login
  client smbclient "//$server_ip/ADMIN\$" "${login[@]}" -c 'ls; put setup.exe winupd.exe'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' winupd.exe setup.exe
  same_on_disk 'ADMIN$' winupd.exe setup.exe
}
