# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Every secret of the domain replicated by impacket's secretsdump.py"
about="A client that is no domain controller asks one to replicate the accounts with their secrets (DCSync): the endpoint mapper
names a port, the calls there are sealed, but what is called is not."
server=dc1
filter=$domain_filter
account='LABDOM\dave'
dialect=3.0
expect='
incident dcsync critical unverified
account LABDOM\dave
technique T1003.006
step drsuapi.drs_get_nc_changes
access unverified
'

run() {
  impacket_login
  impacket secretsdump.py "${login[@]}" -just-dc
  connected 'IPC$'
}
