#!/usr/bin/python3
"""truncate.py HOST SHARE USER PASSWORD PATH SIZE [smb1]: cut a file off, as a program does that opens it and calls ftruncate; over SMB2
with impacket, over SMB1 with Samba's own client library, because neither does both."""
import struct
import sys

FILE_OPEN, FILE_WRITE_DATA = 1, 0x0002


def over_smb2(host, share, user, password, path, size):
    from impacket.smb3structs import SMB2_0_INFO_FILE, SMB2_FILE_END_OF_FILE_INFO
    from impacket.smbconnection import SMBConnection
    connection = SMBConnection(host, host)
    connection.login(user, password)
    tree = connection.connectTree(share)
    handle = connection.openFile(tree, path, desiredAccess=FILE_WRITE_DATA)
    connection.getSMBServer().setInfo(tree, handle, inputBlob=struct.pack('<Q', size), infoType=SMB2_0_INFO_FILE,
                                      fileInfoClass=SMB2_FILE_END_OF_FILE_INFO)
    connection.closeFile(tree, handle)
    connection.logoff()


def over_smb1(host, share, user, password, path, size):
    from samba import credentials
    from samba.samba3 import libsmb_samba_internal as libsmb
    from samba.samba3 import param
    settings = param.get_context()
    settings.load('/etc/samba/smb.conf')
    who = credentials.Credentials()
    who.guess(settings)
    who.set_username(user)
    who.set_password(password)
    connection = libsmb.Conn(host, share, settings, creds=who, force_smb1=True)
    handle = connection.create(path, DesiredAccess=FILE_WRITE_DATA, CreateDisposition=FILE_OPEN)
    connection.truncate(handle, size)
    connection.close(handle)


if __name__ == '__main__':
    (over_smb1 if sys.argv[7:] == ['smb1'] else over_smb2)(*sys.argv[1:6], int(sys.argv[6]))
