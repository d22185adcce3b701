# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Impacket's wmiexec.py, refused at the door of DCOM"
about="An administrator logs on by SMB; at TCP 135 the bind to ISystemActivator is rejected, because Samba has no DCOM. An attempt, not an
access: nothing was carried out."
dialect=3.0
account='FS1\admin'
filter="$plain_filter or tcp port 135"
expect='
never smb.tree.admin iremotescmactivator.* isystemactivator.* iwbemservices.* file.* svcctl.*
'

run() {
  impacket_login
  impacket_refused wmiexec.py "${login[@]}" whoami
}
