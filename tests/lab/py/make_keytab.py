#!/usr/bin/python3
"""make_keytab.py OUT USER@REALM NTHASH: a keytab that holds the NT hash as the account's RC4 key. ktutil makes the same, but only
of what a person types. The format is MIT Kerberos' keytab 0x0502."""
import struct
import sys

RC4_HMAC, NT_PRINCIPAL, KEY_VERSION = 23, 1, 1


def counted(data):
    return struct.pack('>H', len(data)) + data


def make_keytab(user, realm, key):
    entry = struct.pack('>H', 1) + counted(realm.encode()) + counted(user.encode())
    entry += struct.pack('>IIBH', NT_PRINCIPAL, 0, KEY_VERSION, RC4_HMAC) + counted(key)
    return struct.pack('>Hi', 0x0502, len(entry)) + entry


if __name__ == '__main__':
    out, principal, nt_hash = sys.argv[1:]
    with open(out, 'wb') as keytab:
        keytab.write(make_keytab(*principal.split('@'), bytes.fromhex(nt_hash)))
