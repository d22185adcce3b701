# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on atexec-impacket
title="Impacket's atexec.py inside SMB3 encryption"
about="As atexec-impacket, but the server requires encryption: not even which operations were called can be read."
server=fs2
encrypt=required
account='FS2\admin'
expect='
opaque FS2\admin
never itaskschedulerservice.* smb.tree.admin file.*
'
gaps="
incident impacket-atexec critical unverified: nothing of it is readable on the wire
"
expect_logged='
incident unknown-admin low unapproved
account FS2\admin
access unapproved
opaque FS2\admin
'
gaps_logged="
incident impacket-atexec critical unapproved: Samba's audit names shares and files that were opened, not what was done with them
"
