# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title="A day's work of an approved administrator with Samba's own tools"
about="PsExec by hand and a value set in the registry, from the host and by the account the whitelist knows of: each access is explained,
nothing is an incident."
approved=(--source 10.77.0.21 --account 'LAB\admin' --destination 10.77.0.11)
expect='
access legitimate
file write PSEXESVC.exe pe32
'

run() {
  psexec_by_hand
  client net rpc registry createkey 'HKLM\SOFTWARE\Vendor' -S "$server_ip" "${login[@]}"
  client net rpc registry setvalue 'HKLM\SOFTWARE\Vendor' Agent sz 'C:\agent.exe' -S "$server_ip" "${login[@]}"
}
