#!/usr/bin/python3
"""set_file.py HOST SHARE USER PASSWORD PATH: what ordinary commands do not do to a file: write it, zero part of it, mark it for deletion
and take that back. Over SMB2 with impacket."""
import struct
import sys

from impacket.smb3structs import SMB2_0_INFO_FILE, SMB2_FILE_DISPOSITION_INFO
from impacket.smbconnection import SMBConnection

ALL_ACCESS, OVERWRITE_IF = 0x001f01ff, 5
SET_ZERO_DATA, IS_FSCTL = 0x000980c8, 1


def main(host, share, user, password, path):
    connection = SMBConnection(host, host)
    connection.login(user, password)
    tree = connection.connectTree(share)
    handle = connection.openFile(tree, path, desiredAccess=ALL_ACCESS, creationDisposition=OVERWRITE_IF)
    server = connection.getSMBServer()
    connection.writeFile(tree, handle, b'MZ' + bytes(range(256)) * 8)
    server.ioctl(tree, handle, SET_ZERO_DATA, IS_FSCTL, struct.pack('<QQ', 256, 512))
    for is_deleted in (1, 0):
        server.setInfo(tree, handle, inputBlob=bytes([is_deleted]), infoType=SMB2_0_INFO_FILE, fileInfoClass=SMB2_FILE_DISPOSITION_INFO)
    connection.closeFile(tree, handle)
    connection.logoff()


if __name__ == '__main__':
    main(*sys.argv[1:])
