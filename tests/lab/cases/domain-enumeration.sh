# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="The domain's accounts listed"
about="An ordinary user asks the domain controller for users, groups and names: reconnaissance that any
user may do, seen and listed as events, not an administrator's act."
server=dc1
filter=$domain_filter
account='LABDOM\carol'
expect='
never smb.tree.admin svcctl.* file.*
'

run() {
  samba_login carol
  client rpcclient "$server_name" --use-kerberos=off "${login[@]}" -c 'enumdomusers; enumdomgroups; lookupnames dave'
  connected 'IPC$'
}
