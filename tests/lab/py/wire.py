"""What tshark reads in a capture: a decoder nobody in this project wrote. Session keys open encrypted messages."""
import hashlib
import os
import re
import subprocess
import tempfile
from collections import Counter

from impacket.dcerpc.v5 import lsad, lsat, rrp, samr, scmr, srvs

MORE_PROCESSING = '0xc0000016'
DIALECTS = {'0x0202': '2.0.2', '0x0210': '2.1', '0x0300': '3.0', '0x0302': '3.0.2', '0x0311': '3.1.1'}
REQUEST, RESPONSE, FAULT = '0', '2', '3'


def operations(*modules):
    """opnum -> operation as the specification spells it, from impacket's tables of request classes."""
    return {opnum: re.sub('^R(?=[A-Z])', '', classes[0].__name__) for module in modules for opnum, classes in module.OPNUMS.items()}


OPERATIONS = {'svcctl': operations(scmr), 'srvsvc': operations(srvs), 'lsarpc': operations(lsad, lsat), 'winreg': operations(rrp),
              'samr': operations(samr)}


class Wire:
    def __init__(self, capture, keys=()):
        self._capture = capture
        self._options = [word for key in keys for word in ('-o', 'uat:smb2_seskey_list:%s,%s,"",""' % key)]

    def _tshark(self, *args):
        command = ['tshark', '-r', self._capture, *self._options, *args]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout

    def _rows(self, display_filter, *fields):
        words = [word for field in ('tcp.stream',) + fields for word in ('-e', field)]
        out = self._tshark('-Y', display_filter, '-T', 'fields', *words)
        return [line.split('\t') for line in out.splitlines()]

    def count(self, display_filter):
        return len(self._rows(display_filter))

    def dialects(self):
        if self.count('smb.cmd == 0x72 && smb.flags.response == 1'):
            return ['NT LM 0.12']
        chosen = self._rows('smb2.cmd == 0 && smb2.flags.response == 1 && smb2.dialect != 0x02ff', 'smb2.dialect')
        return sorted({DIALECTS[row[1]] for row in chosen})

    def logons(self):
        """Each NTLMSSP AUTHENTICATE with the status of the answer to it."""
        rows = self._rows('ntlmssp.messagetype == 3 || (smb2.cmd == 1 && smb2.flags.response == 1)'
                          ' || (smb.cmd == 0x73 && smb.flags.response == 1)', 'ntlmssp.auth.domain', 'ntlmssp.auth.username',
                          'ntlmssp.auth.hostname', 'smb2.nt_status', 'smb.nt_status', 'smb2.flags.response', 'smb.flags.response', 'smb2.ses_flags.guest',
                          'smb.setup.action.guest')
        asked, done = {}, []
        for stream, domain, user, host, status2, status1, response2, response1, guest2, guest1 in rows:
            if '1' not in (response2, response1):
                asked[stream] = {'account': '%s\\%s' % (present(domain), present(user)), 'workstation': present(host) or None}
            elif (status2 or status1) != MORE_PROCESSING and stream in asked:
                done.append({**asked.pop(stream), 'status': status2 or status1, 'guest': '1' in (guest2, guest1)})
        return done

    def trees(self):
        """(share, status) of each tree connect, in order."""
        rows = self._rows('smb2.cmd == 3 || smb.cmd == 0x75', 'smb2.flags.response', 'smb.flags.response', 'smb2.tree',
                          'smb.path', 'smb2.nt_status', 'smb.nt_status')
        asked, done = {}, []
        for stream, response2, response1, tree, path, status2, status1 in rows:
            if '1' in (response2, response1):
                done.append((asked.pop(stream), status2 or status1))
            else:
                asked[stream] = (tree or path).split('\\')[-1]
        return done

    def calls(self):
        """(interface, operation, status) of each RPC request, in order; status None when the answer carries none."""
        rows = self._rows('dcerpc.pkt_type in {0, 2, 3}', 'dcerpc.pkt_type', 'dcerpc.cn_call_id', 'dcerpc.opnum', '_ws.col.Protocol',
                          'svcctl.rc', 'srvsvc.werror', 'lsarpc.status', 'winreg.werror', 'samr.status', 'dcerpc.cn_status', 'dcerpc.stub_data')
        waiting, done = {}, []
        for stream, kind, call_id, opnum, protocol, *statuses, stub in rows:
            if kind == REQUEST:
                interface = protocol.lower()
                done.append([interface, OPERATIONS[interface][int(opnum)], None])
                waiting[stream, call_id] = len(done) - 1
            else:
                status = next((s.split(',')[-1] for s in statuses if s), None) or last_word(stub)
                done[waiting.pop((stream, call_id))][2] = normal_status(status)
        return [tuple(call) for call in done]

    def services(self):
        """The values CreateServiceW requests carry, as a set of texts."""
        rows = self._rows('svcctl.opnum == 12', 'svcctl.servicename', 'svcctl.displayname', 'svcctl.binarypathname')
        return [tuple(row[1:]) for row in rows if any(row[1:])]

    def objects(self):
        """sha256 of everything that was read or written, by file name."""
        with tempfile.TemporaryDirectory() as folder:
            self._tshark('-q', '--export-objects', 'smb,' + folder)
            found = {}
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), 'rb') as f:
                    plain = re.sub(r'\(\d+\)(?=$|\.)', '', name.replace('%5c', ''))
                    found.setdefault(plain, set()).add(hashlib.sha256(f.read()).hexdigest())
            return found

    def moves(self):
        """How often each (direction, file name) was asked for."""
        rows = self._rows('(smb2.cmd in {8, 9} && smb2.flags.response == 0) || (smb.cmd in {0x2e, 0x2f} && smb.flags.response == 0)',
                          '_ws.col.Info', 'smb.file')
        moves = Counter()
        for _, info, smb1_name in rows:
            name = smb1_name or (re.search(r'File: (.*)', info) or ['', ''])[1]
            moves['write' if 'Write' in info else 'read', name.lstrip('\\')] += 1
        return moves

    def says(self, text):
        """Whether any message's summary contains the text."""
        return text in self._tshark('-Y', 'smb || smb2', '-T', 'fields', '-e', '_ws.col.Info')


def present(value):
    return '' if value == 'NULL' else value


def last_word(stub):
    """The return value of an answer tshark does not decode: the last four bytes of its stub."""
    return '0x' + bytes.fromhex(stub)[-4:][::-1].hex() if stub else None


def normal_status(status):
    return None if status is None else '0x%08x' % int(status, 0)
