# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='Ordinary work in a domain by Kerberos'
about="A user asks the domain controller for a ticket, lists a folder of its sysvol share, then stores and fetches a document and a
small program on a member server: each logon shows a ticket, NTLM takes no part."
server=mem1
filter=$domain_filter
expect='
never smb.tree.admin file.write.exe svcctl.*
file write tool.exe pe32
'

run() {
  ticket_for carol 'Passw0rd!x'
  client smbclient "//$server_name/public" --use-krb5-ccache=ticket -c 'ls; put report.txt; put tool.exe; get report.txt fetched.txt'
  connected 'IPC$' public
  wrote public report.txt report.txt
  wrote public tool.exe tool.exe
  fetched public report.txt report.txt
  same_copy fetched.txt report.txt
  same_on_disk public tool.exe tool.exe
  between "$client" dc1
  client smbclient "//$server_name/sysvol" --use-krb5-ccache=ticket -c 'ls; cd lab.test; ls'
  connected 'IPC$' sysvol
}
