# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title='Ordinary file work over SMB 3.1.1'
about="A user lists a share, stores and fetches a document and two small programs, stores one program under the
name of a text file and renames it, makes and removes a folder, deletes a file. Programs move, but over an
ordinary share and by an ordinary user: listed and searchable, never an incident."
account='LAB\alice'
expect='
never smb.tree.admin file.write.exe svcctl.*
file write tool.exe pe32
file read tool.exe pe32
'

run() {
  client smbclient "//$server_ip/public" -U 'alice%Passw0rd!' -c \
    'ls; put report.txt; put tool.exe; get report.txt fetched.txt; get tool.exe fetched.exe; put setup.exe readme.txt; rename readme.txt innocent.dat; mkdir drafts; ls; rmdir drafts; del report.txt'
  connected 'IPC$' public
  wrote public report.txt report.txt
  wrote public tool.exe tool.exe
  fetched public report.txt report.txt
  fetched public tool.exe tool.exe
  wrote public readme.txt setup.exe
  renamed public readme.txt innocent.dat
  deleted public report.txt
  same_copy fetched.txt report.txt
  same_copy fetched.exe tool.exe
  same_on_disk public tool.exe tool.exe
  same_on_disk public innocent.dat setup.exe
}
