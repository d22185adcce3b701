# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on pth-admin-copy
title='An executable copied to ADMIN$ inside SMB3 encryption'
about="As pth-admin-copy, but the server requires encryption."
server=fs2
encrypt=required
expect='
opaque LAB\admin
never smb.tree.admin file.* svcctl.*
'
gaps="
incident admin-share-copy high unverified: nothing of it is readable on the wire
"
expect_logged='
incident unknown-admin low unapproved
account LAB\admin
access unapproved
opaque LAB\admin
'
gaps_logged="
incident admin-share-copy high unapproved: Samba's audit names shares and files that were opened, not what was done with them
"
