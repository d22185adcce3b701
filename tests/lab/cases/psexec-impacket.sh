# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="Impacket's psexec.py with a password"
about="A complete run in clear: the RemComSvc executable goes to ADMIN\$ under a random name, a service with a random
name runs it, one command travels through RemCom's pipes, then the service is stopped and deleted and the
executable removed."
dialect=3.0
account='FS1\admin'
expect='
incident impacket-psexec critical unverified
account FS1\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
step smb.tree.admin file.write.exe svcctl.create_service svcctl.start_service pipe.remcom svcctl.delete_service file.delete.exe
access unverified
'

run() {
  impacket_login
  impacket psexec.py "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
