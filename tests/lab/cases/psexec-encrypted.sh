# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="Impacket's psexec.py inside SMB3 encryption"
about="The same complete run against a server that requires encryption, as today's Windows offers it and impacket
takes it: only Negotiate and Session Setup are in clear, everything after them is SMB2 TRANSFORM."
visible="Without the session keys only the dialect, the account of each logon and the encrypted messages' sizes and
times can be seen. Shares, files, services and RPC operations in facts.json happened, inside the encryption: a
sensor reports an opaque session and must not claim to have seen any of them."
server=fs2
dialect=3.0
account='FS2\admin'
hidden 'FS2\admin' impacket-psexec critical

run() {
  impacket_login
  impacket psexec.py "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
