# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title="PsExec by hand inside SMB3 encryption"
about="As psexec-samba, but the server requires encryption: every step is an encrypted session of its own."
server=fs2
encrypt=required
account='LAB\admin'
expect='
opaque LAB\admin
never smb.tree.admin svcctl.* file.* pipe.*
'
gaps="
incident service-exec critical unverified: nothing of it is readable on the wire
"
expect_logged='
incident unknown-admin low unapproved
account LAB\admin
access unapproved
opaque LAB\admin
'
gaps_logged="
incident service-exec critical unapproved: Samba's audit names shares and files that were opened, not what was done with them
"
