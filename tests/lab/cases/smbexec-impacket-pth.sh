# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="Impacket's smbexec.py by Pass-the-Hash"
about="No executable is copied: each command becomes the image path of a service that is created, started (which
Windows gives up on with error 1053, the command having run) and deleted. The output is fetched from a file on
C\$ and deleted there. The shell first asks for the current folder, then runs what is typed."
dialect=3.0
account='FS1\admin'
by='hash'
expect='
incident smbexec critical unverified
account FS1\admin
technique T1021.002 T1543.003 T1569.002
step smb.tree.admin svcctl.create_service svcctl.start_service* svcctl.delete_service
never file.write.exe
access unverified
'

run() {
  impacket_login
  typed_lines=$'whoami\nexit' impacket smbexec.py "${login[@]}"
  smbexec_did
}

smbexec_did() {
  connected 'IPC$' 'C$'
  printf 'C:\\Windows\\system32\r\n' >"$(client_file folder)"
  printf 'nt authority\\system\r\n' >"$(client_file whoami)"
  fetched 'C$' __output folder
  fetched 'C$' __output whoami
  deleted 'C$' __output
  deleted 'C$' __output
}
