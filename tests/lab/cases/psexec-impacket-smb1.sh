# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record
title="Impacket's psexec.py over SMB1"
about="As psexec-impacket-pth, but every connection speaks NT LM 0.12: RPC travels in WriteAndX, ReadAndX and
Trans instead of SMB2's commands."
min_protocol=NT1
dialect='NT LM 0.12'
account='FS1\admin'
by='hash'
expect='
incident impacket-psexec critical unverified
account FS1\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
step smb.tree.admin file.write.exe svcctl.create_service svcctl.start_service pipe.remcom svcctl.delete_service file.delete.exe
access unverified
'

run() {
  impacket_login
  impacket_smb1 psexec.py "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
