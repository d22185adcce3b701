# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title='Ordinary file work over SMB1'
about="A user lists a share, stores and fetches a document and two small programs, stores one program under the
name of a text file and renames it, makes and removes a folder, deletes a file. Programs move, but over an
ordinary share and by an ordinary user: listed and searchable, never an incident. SMB1 upper-cases the name of the share."
min_protocol=NT1
dialect='NT LM 0.12'
account='LAB\alice'
expect='
never smb.tree.admin file.write.exe svcctl.*
file write tool.exe pe32
file read tool.exe pe32
'

run() {
  client smbclient "//$server_ip/public" -m NT1 --option='client min protocol=NT1' -U 'alice%Passw0rd!' -c \
    'ls; put report.txt; put tool.exe; get report.txt fetched.txt; get tool.exe fetched.exe; put setup.exe readme.txt; rename readme.txt innocent.dat; mkdir drafts; ls; rmdir drafts; del report.txt'
  connected 'IPC$' PUBLIC
  wrote PUBLIC report.txt report.txt
  wrote PUBLIC tool.exe tool.exe
  fetched PUBLIC report.txt report.txt
  fetched PUBLIC tool.exe tool.exe
  wrote PUBLIC readme.txt setup.exe
  renamed PUBLIC readme.txt innocent.dat
  deleted PUBLIC report.txt
  same_copy fetched.txt report.txt
  same_copy fetched.exe tool.exe
  same_on_disk PUBLIC tool.exe tool.exe
  same_on_disk PUBLIC innocent.dat setup.exe
}
