# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on smbexec-impacket-pth
title="Impacket's smbexec.py by Pass-the-Hash inside SMB3 encryption"
about="As smbexec-impacket-pth, but the server requires encryption."
server=fs2
account='FS2\admin'
hidden 'FS2\admin' smbexec critical
