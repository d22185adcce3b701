# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on torture-smb1
title="What LAN Manager asked of a server"
about="Shares, users, sessions and other servers by the Remote Administration Protocol, in transactions of SMB1, and who may do what
with a file, set by one."
share_options='vfs objects = acl_xattr
  acl_xattr:ignore system acls = yes'

run() {
  torture rap.basic.netserverenum rap.basic.netshareenum rap.basic.netservergetinfo rap.basic.netsessionenum rap.basic.netremotetod
  torture raw.acls.sd
}
