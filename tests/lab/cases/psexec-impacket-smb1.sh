# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="Impacket's psexec.py over SMB1"
about="As psexec-impacket-pth, but every connection speaks NT LM 0.12: RPC travels in WriteAndX, ReadAndX and
Trans instead of SMB2's commands."
min_protocol=NT1
dialect='NT LM 0.12'
account='FS1\admin'

run() {
  impacket_smb1 psexec.py -hashes ":$nt_hash_admin" "FS1/admin@$server_ip" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
