# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='The registry read from afar'
about="An administrator reads a key of the registry through the winreg pipe with impacket's reg.py: reading is not an administrative
act, nothing is changed or saved."
dialect=3.0
account='FS1\admin'
service_manager=samba
expect='
never winreg.base_reg_save_key winreg.base_reg_set_value smb.tree.admin
'

run() {
  impacket_login
  impacket reg.py "${login[@]}" query -keyName 'HKLM\\SOFTWARE\\Microsoft'
  connected 'IPC$'
}
