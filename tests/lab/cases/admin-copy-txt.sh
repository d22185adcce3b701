# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on pth-admin-copy
title='An executable copied to ADMIN$ under the name of a .txt'
about="As pth-admin-copy, but the file is called notes.txt: its first bytes say what it is, not its name."
expect=${expect/winupd.exe/notes.txt}

run() {
  samba_login
  client smbclient "//$server_ip/ADMIN\$" "${login[@]}" -c 'put setup.exe notes.txt'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' notes.txt setup.exe
  same_on_disk 'ADMIN$' notes.txt setup.exe
}
