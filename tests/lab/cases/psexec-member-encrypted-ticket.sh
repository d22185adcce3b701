# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-member-ticket
title="Impacket's psexec.py on a member server with a Kerberos ticket, inside SMB3 encryption"
about="As psexec-member-ticket, but the server requires encryption: the ticket's owner is all that can be read."
encrypt=required
expect='
opaque LAB.TEST\dave
never smb.tree.admin svcctl.* file.* pipe.*
'
gaps="
incident impacket-psexec critical unverified: nothing of it is readable on the wire
"
expect_logged='
incident unknown-admin low unapproved
account LAB.TEST\dave
access unapproved
opaque LAB.TEST\dave
'
gaps_logged="
incident impacket-psexec critical unapproved: Samba's audit names shares and files that were opened, not what was done with them
"
