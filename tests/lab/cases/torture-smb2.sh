# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Samba's protocol tests over SMB2 and SMB3"
about="What no ordinary client does: every corner of compounds, oplocks and leases, streams, renames, deletions, several channels,
and requests that must be refused."
traffic=torture
account='LAB\admin'
share_options='vfs objects = streams_xattr'
expect='
never smb.tree.admin svcctl.* file.*
'

run() {
  torture smb2.connect smb2.session.reauth1 smb2.session.reconnect1 smb2.session-id smb2.credits.session_setup_credits_granted
  torture smb2.compound.related3 smb2.compound.unrelated1 smb2.compound.compound-padding
  torture smb2.compound.interim1 smb2.compound.create-write-close smb2.compound_find.compound_find_related
  torture smb2.ioctl.copy_chunk_simple smb2.ioctl.network_interface_info
  torture smb2.rename.simple smb2.rename.rename_dir_openfile smb2.delete-on-close-perms.OVERWRITE_IF
  torture smb2.streams.io smb2.streams.names smb2.streams.delete
  torture smb2.session.bind1 smb2.multichannel.generic.num_channels
  torture smb2.oplock.exclusive2 smb2.lease.request smb2.durable-open.open-oplock smb2.replay.replay-commands
  torture smb2.compound.invalid1 smb2.read.eof smb2.lock.valid-request smb2.mkdir
}
