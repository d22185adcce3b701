# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on torture-smb2
title="What is set of a file"
about="Who may do what with it, zeros in the middle of it, and a deletion that is taken back before the file is closed."
share_options='vfs objects = acl_xattr
  acl_xattr:ignore system acls = yes'

run() {
  act /usr/bin/python3 -B "$here/py/set_file.py" "$server_ip" public admin Adm1nPass zeroed.exe
  act smbcacls "//$server_ip/public" zeroed.exe -U 'admin%Adm1nPass' --add 'ACL:Everyone:ALLOWED/0/FULL'
  act smbcacls "//$server_ip/public" zeroed.exe -U 'admin%Adm1nPass' --delete 'ACL:Everyone:ALLOWED/0/FULL'
}
