# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='The same addresses in two branches, planned work in one'
about="In both branches 10.77.0.21 leaves an executable in ADMIN\$ of 10.77.0.11 as the same account. The whitelist knows of this work in
one branch: it explains that one and says nothing about the other."
others=(fs9 cl9)
account='LAB\admin'
approved=(--site north --source 10.77.0.21 --account 'LAB\admin' --destination 10.77.0.11)
expect='
access legitimate
file write winupd.exe pe32
@south incident admin-share-copy high unverified
@south account LAB\admin
@south technique T1021.002 T1570
@south step smb.tree.admin file.write.exe
@south never svcctl.*
@south access unverified
@south file write winupd.exe pe32
'

run() {
  copy_to_admin
  between cl9 fs9
  copy_to_admin
}

copy_to_admin() {
  samba_login
  client smbclient "//$server_ip/ADMIN\$" "${login[@]}" -c 'put setup.exe winupd.exe'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' winupd.exe setup.exe
  same_on_disk 'ADMIN$' winupd.exe setup.exe
}
