# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-member-pth
title="Impacket's psexec.py on a member server inside SMB3 encryption"
about="As psexec-member-pth, but the server requires encryption."
encrypt=required
expect='
opaque LABDOM\dave
never smb.tree.admin svcctl.* file.* pipe.*
'
gaps="
incident impacket-psexec critical unverified: nothing of it is readable on the wire
"
expect_logged='
incident unknown-admin low unapproved
account LABDOM\dave
access unapproved
opaque LABDOM\dave
'
gaps_logged="
incident impacket-psexec critical unapproved: Samba's audit names shares and files that were opened, not what was done with them
"
