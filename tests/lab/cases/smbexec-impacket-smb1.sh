# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on smbexec-impacket-pth
title="Impacket's smbexec.py over SMB1"
about="As smbexec-impacket-pth, but every connection speaks NT LM 0.12."
min_protocol=NT1
dialect='NT LM 0.12'

run() {
  impacket_login
  typed_lines=$'whoami\nexit' impacket_smb1 smbexec.py "${login[@]}"
  smbexec_did
}
