# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on smbexec-impacket-pth
title="Impacket's smbexec.py by Pass-the-Hash inside SMB3 encryption"
about="As smbexec-impacket-pth, but the server requires encryption."
server=fs2
encrypt=required
account='FS2\admin'
expect='
opaque FS2\admin
never smb.tree.admin svcctl.* file.* pipe.*
'
gaps="
incident smbexec critical unverified: nothing of it is readable on the wire
"
expect_logged='
incident unknown-admin low unapproved
account FS2\admin
access unapproved
opaque FS2\admin
'
gaps_logged="
incident smbexec critical unapproved: Samba's audit names shares and files that were opened, not what was done with them
"
