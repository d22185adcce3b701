# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="Impacket's psexec.py with a password"
about="A complete run in clear: the RemComSvc executable goes to ADMIN\$ under a random name, a service with a random
name runs it, one command travels through RemCom's pipes, then the service is stopped and deleted and the
executable removed."
dialect=3.0
account='FS1\admin'

run() {
  impacket psexec.py "FS1/admin:Adm1nPass@$server_ip" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
