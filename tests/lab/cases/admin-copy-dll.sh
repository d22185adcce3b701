# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on pth-admin-copy
title='An executable copied to ADMIN$ under the name of a .dll'
about="As pth-admin-copy, but the file is called version.dll: its first bytes say what it is, not its name."
expect=${expect/winupd.exe/version.dll}

run() {
  samba_login
  client smbclient "//$server_ip/ADMIN\$" "${login[@]}" -c 'put setup.exe version.dll'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' version.dll setup.exe
  same_on_disk 'ADMIN$' version.dll setup.exe
}
