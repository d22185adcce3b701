# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on services-impacket
title="Impacket's services.py inside SMB3 encryption"
about="As services-impacket, but the server requires encryption."
server=fs2
encrypt=required
account='FS2\admin'
expect='
opaque FS2\admin
never smb.tree.admin svcctl.* file.* pipe.*
'
gaps="
incident service-exec high unverified: nothing of it is readable on the wire
"
gaps_logged="
incident service-exec high unapproved: Samba's logs have nothing of services
"
