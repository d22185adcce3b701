# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on registry-written
title="A program made to start with the machine, inside SMB3 encryption"
about="As registry-written, but the server requires encryption."
server=fs2
encrypt=required
expect='
opaque LAB\admin
never winreg.* smb.tree.admin file.*
'
gaps="
incident remote-registry medium unverified: nothing of it is readable on the wire
"
gaps_logged="
incident remote-registry medium unapproved: Samba's logs have nothing of the registry
"
