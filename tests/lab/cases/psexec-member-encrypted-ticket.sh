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
incident impacket-psexec critical unverified: nothing of it is readable on the wire, and logs do not complete it yet
"
