# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='Accounts probed for one that needs no pre-authentication'
about="impacket's GetNPUsers.py asks for tickets of a list of names and proves nothing (AS-REP roasting); every name that exists
answers that it wants proof, one that does not exist says so."
server=dc1
filter=$domain_filter
dialect=''
by=nothing
expect='
event krb.as
never smb.* file.* svcctl.*
'

run() {
  printf '%s\n' carol dave nobody administrator >"$(client_file names)"
  impacket GetNPUsers.py "$realm/" -no-pass -usersfile names -dc-ip "$server_ip"
}
