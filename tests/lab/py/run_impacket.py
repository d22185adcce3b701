#!/usr/bin/python3
"""run_impacket.py --|--smb1 TOOL ARGUMENT...: run one of impacket's examples unchanged but for this:

* SMBConnection.waitNamedPipe does nothing: Samba has no FSCTL_PIPE_WAIT, and psexec.py would retry for minutes.
* DRSGetNCChanges closes its table of prefixes with the schema's own entry, without which Samba refuses the request.
* with --smb1 every connection prefers the NT LM 0.12 dialect.
"""
import runpy
import sys

from impacket import smb
from impacket.dcerpc.v5 import drsuapi, rpcrt
from impacket.smbconnection import SMBConnection

EXAMPLES = '/usr/share/doc/python3-impacket/examples/'
SCHEMA_INFO_MARK, SCHEMA_INFO_BYTES = b'\xff', 20            # revision and GUID follow the mark
PREFERRED_DIALECT = 5                       # position in SMBConnection.__init__(self, ...)


def prefer_smb1(init):
    def wrapper(self, *args, **kwargs):
        args = list(args)
        if len(args) > PREFERRED_DIALECT:
            args[PREFERRED_DIALECT] = smb.SMB_DIALECT
        else:
            kwargs['preferredDialect'] = smb.SMB_DIALECT
        init(self, *args, **kwargs)
    return wrapper


def with_schema_info(request):
    def wrapper(self, call, *args, **kwargs):
        if isinstance(call, drsuapi.DRSGetNCChanges):
            close_prefixes(call['pmsgIn']['V8']['PrefixTableDest'])
        return request(self, call, *args, **kwargs)
    return wrapper


def close_prefixes(table):
    entry, info = drsuapi.PrefixTableEntry(), SCHEMA_INFO_MARK + bytes(SCHEMA_INFO_BYTES)
    entry['ndx'] = 0
    entry['prefix']['length'], entry['prefix']['elements'] = len(info), list(info)
    table['pPrefixEntry'] = list(table['pPrefixEntry']) + [entry]
    table['PrefixCount'] = len(table['pPrefixEntry'])


rpcrt.DCERPC.request = with_schema_info(rpcrt.DCERPC.request)
SMBConnection.waitNamedPipe = lambda *_args, **_kwargs: True
if sys.argv[1] == '--smb1':
    SMBConnection.__init__ = prefer_smb1(SMBConnection.__init__)
sys.argv = [EXAMPLES + sys.argv[2]] + sys.argv[3:]
runpy.run_path(sys.argv[0], run_name='__main__')
