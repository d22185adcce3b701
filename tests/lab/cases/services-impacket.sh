# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Impacket's services.py: a service's whole life"
about="A service is created, started, asked for its state, stopped and deleted; no file is copied, its program is already there."
dialect=3.0
account='FS1\admin'
expect='
incident service-exec high unverified
account FS1\admin
technique T1543.003 T1569.002
step svcctl.create_service svcctl.start_service svcctl.control_service svcctl.delete_service
never smb.tree.admin file.*
access unverified
'

run() {
  impacket_login
  impacket services.py "${login[@]}" create -name Updater -display 'Update helper' -path 'C:\Windows\updater.exe'
  impacket services.py "${login[@]}" start -name Updater
  impacket services.py "${login[@]}" status -name Updater
  impacket services.py "${login[@]}" stop -name Updater
  impacket services.py "${login[@]}" delete -name Updater
  connected 'IPC$'
}
