# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on account-enumeration
title="Accounts listed inside SMB3 encryption"
about="As account-enumeration, but the server requires encryption."
server=fs2
encrypt=required
expect='
opaque LAB\alice
never smb.tree.admin svcctl.* file.*
'
