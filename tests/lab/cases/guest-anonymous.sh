# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title='Guest and anonymous sessions'
about="An anonymous client lists the shares and then one share's files; a user the server does not know is let in as
guest (map to guest = Bad User) and stores a document. No account of the server takes part. The anonymous
client's NTLM message is empty-handed (no response to the challenge), whatever user name it may carry."
by=nothing
expect='never smb.tree.admin file.* svcctl.*'

run() {
  client smbclient -N -L "$server_ip"
  client smbclient -N "//$server_ip/public" -c ls
  client smbclient "//$server_ip/public" -U 'nosuchuser%nosuchpass' -c 'put report.txt guest.txt'
  connected 'IPC$' public
  wrote public guest.txt report.txt
  same_on_disk public guest.txt report.txt
}
