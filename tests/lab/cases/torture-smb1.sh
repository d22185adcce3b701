# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Samba's protocol tests over SMB1"
about="Trees, users and file ids mixed up on purpose, searches, renames and deletions through transactions, DOS error codes, a
client that does not wait for answers and one that leaves without a word."
traffic=torture
account='LAB\admin'
min_protocol=NT1
dialect='NT LM 0.12'
torture_options=(--option='client min protocol=NT1' --option='client max protocol=NT1')
expect='
never smb.tree.admin svcctl.* file.*
'

run() {
  torture base.tcon base.tcondev base.vuid base.negnowait base.disconnect
  torture base.attr base.open base.openattr base.chkpath base.dir1 base.rename base.xcopy
  torture base.delete.deltest1 base.delete.deltest16
}
