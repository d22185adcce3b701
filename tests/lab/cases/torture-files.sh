# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on torture-smb2
title="Samba's protocol tests: what becomes of files without their bytes on the wire"
about="Ends that are set, copies that the server makes, hard links, and opens that outlive their connection and are claimed again."
share_options='vfs objects = streams_xattr
  durable handles = yes
  kernel oplocks = no
  kernel share modes = no
  posix locking = no'

run() {
  act smbclient "//$server_ip/public" -U 'admin%Adm1nPass' -c \
    'put tool.exe; put report.txt; scopy tool.exe copied.exe; hardlink tool.exe linked.exe; allinfo linked.exe'
  act /usr/bin/python3 -B "$here/py/truncate.py" "$server_ip" public admin Adm1nPass report.txt 10
  act smbclient "//$server_ip/public" -U 'admin%Adm1nPass' -c 'del linked.exe; del copied.exe; del tool.exe; del report.txt'
  torture smb2.ioctl.copy_chunk_simple smb2.ioctl.copy_chunk_multi smb2.ioctl.copy_chunk_limits
  torture smb2.durable-open.reopen1 smb2.durable-open.reopen2 smb2.durable-v2-open.reopen1
}
