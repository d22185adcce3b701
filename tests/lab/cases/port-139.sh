# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title='A session over TCP port 139'
about="The connection begins with a NetBIOS session request (0x81) and its positive response (0x82); then ordinary file
work over SMB 3.1.1."
account='LAB\bob'
expect='
never smb.tree.admin file.write.exe svcctl.*
file write tool.exe pe32
file read tool.exe pe32
'

run() {
  client smbclient "//$server_ip/public" -p 139 -U 'bob%hunter2' -c 'put report.txt; put tool.exe; get tool.exe fetched.exe'
  connected 'IPC$' public
  wrote public report.txt report.txt
  wrote public tool.exe tool.exe
  fetched public tool.exe tool.exe
  same_on_disk public report.txt report.txt
  same_copy fetched.exe tool.exe
}
