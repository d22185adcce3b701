# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='Group policy and logon script read'
about="What every workstation does when a user logs on: a policy read from the domain controller's sysvol share, a program of
the logon script from netlogon. Shares of a domain controller that everybody reads are no administrative shares."
server=dc1
filter=$domain_filter
expect='
file read agent.exe pe32
never smb.tree.admin file.write.* svcctl.*
'

run() {
  local policy='{31B2F340-016D-11D2-945F-00C04FB984F9}'
  install -m 644 "$(client_file tool.exe)" "$(server_file netlogon agent.exe)"
  ticket_for carol 'Passw0rd!x'
  client smbclient "//$server_name/sysvol" --use-krb5-ccache=ticket -c "cd lab.test\\Policies\\$policy; ls; get GPT.INI policy.ini"
  client smbclient "//$server_name/netlogon" --use-krb5-ccache=ticket -c 'ls; get agent.exe agent.exe'
  connected 'IPC$' sysvol netlogon
  fetched sysvol "lab.test\\Policies\\$policy\\GPT.INI" policy.ini
  fetched netlogon agent.exe tool.exe
  same_copy agent.exe tool.exe
}
