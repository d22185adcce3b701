# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='Ordinary work in a domain by NTLM'
about="A user stores and fetches a document on a member server with a password: the member asks the domain controller whether it is
right (netlogon), which is a conversation of its own."
server=mem1
filter=$domain_filter
account='LABDOM\carol'
expect='
never smb.tree.admin file.write.exe svcctl.*
'

run() {
  client smbclient "//$server_name/public" --use-kerberos=off -U 'LABDOM/carol%Passw0rd!x' -c 'ls; put report.txt; get report.txt fetched.txt'
  connected 'IPC$' public
  wrote public report.txt report.txt
  fetched public report.txt report.txt
  same_copy fetched.txt report.txt
  same_on_disk public report.txt report.txt
}
