# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on ordinary-smb3
title='Ordinary file work inside SMB3 encryption'
about="As ordinary-smb3, but the server requires encryption: listed as opaque, never an incident."
server=fs2
encrypt=required
expect='
opaque LAB\alice
never smb.tree.admin file.* svcctl.*
'
