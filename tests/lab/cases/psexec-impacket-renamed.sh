# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket
title="Impacket's psexec.py with the names its user may choose"
about="As psexec-impacket, but service and executable are called like a vendor's update."

run() {
  impacket_login
  impacket psexec.py -service-name VendorUpdate -remote-binary-name upd32.dat "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
