# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Impacket's wmiexec.py with a password"
about="A WMI login is activated at TCP 135, and three processes are created through the port it names, every call sealed inside RPC. The
commands' output is fetched from ADMIN\$ and deleted there."
dialect=3.0
account='FS1\admin'
dcom=stand-in
tool=wmiexec.py
filter="$plain_filter or tcp port 135 or tcp port 49200"
expect='
incident impacket-wmiexec critical unverified
account FS1\admin
technique T1021.002 T1021.003 T1047
step iremotescmactivator.remote_create_instance iwbemlevel1login.ntlm_login iwbemservices.exec_method
step smb.tree.admin file.read file.delete
never svcctl.* file.write.exe
access unverified
'

run() {
  local output
  impacket_login
  # shellcheck disable=SC2086  # a tool and its options
  impacket $tool "${login[@]}" whoami
  connected 'ADMIN$'
  output=$(/usr/bin/python3 -B "$here/py/evidence.py" outputs "$lab/$server/log/scm.jsonl" | sort -u)     # each command's
  printf 'C:\\Windows\\system32\r\n' >"$(client_file folder)"
  printf 'nt authority\\system\r\n' >"$(client_file whoami)"
  fetched 'ADMIN$' "$output" folder
  fetched 'ADMIN$' "$output" whoami
  for _ in 1 2 3; do deleted 'ADMIN$' "$output"; done
}
