# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='An installer fetched from an ordinary share'
about="A user fetches an .exe that lies on an ordinary share: listed with its hash, never an incident."
account='LAB\bob'
expect='
file read setup.exe pe32
never smb.tree.admin svcctl.*
'

run() {
  install -m 644 "$(client_file setup.exe)" "$(server_file public setup.exe)"
  client smbclient "//$server_ip/public" -U 'bob%hunter2' -c 'ls; get setup.exe fetched.exe'
  connected 'IPC$' public
  fetched public setup.exe setup.exe
  same_copy fetched.exe setup.exe
}
