"""What tshark reads in a capture: a decoder nobody in this project wrote. Session keys open encrypted messages."""
import hashlib
import os
import re
import subprocess
import tempfile
from collections import Counter

from impacket.dcerpc.v5 import atsvc, drsuapi, lsad, lsat, nrpc, rrp, samr, scmr, srvs, tsch, wkst

MORE_PROCESSING, SUCCESS = '0xc0000016', '0x00000000'
DIALECTS = {'0x0202': '2.0.2', '0x0210': '2.1', '0x0300': '3.0', '0x0302': '3.0.2', '0x0311': '3.1.1'}
GUESS = '0x02ff'                                # the answer to a multi-protocol negotiation is not a choice yet
REQUEST, ANSWERS = '0', ('2', '3')              # response, fault
AP_REQ = '14'
KDC_PORT = '88'
KEY_AT = {'AS': -1, 'TGS': -2}                  # an answer ends with the ticket and its own sealed part
KDC_REQUESTS, KDC_ANSWERS = {'10': 'AS', '12': 'TGS'}, ('11', '13', '30')
NTLM_AUTHENTICATE = '0x00000003'


def operations(*modules):
    """opnum -> operation as the specification spells it, from impacket's tables of request classes."""
    return {opnum: re.sub('^R(?=[A-Z])', '', classes[0].__name__) for module in modules for opnum, classes in module.OPNUMS.items()}


def listed(interface):
    """The same from the public list, where impacket knows few of them."""
    with open(os.path.join(os.path.dirname(__file__), '../../../schema/rpc-operations.csv'), encoding='ascii') as f:
        rows = [line.rstrip('\n').split(',') for line in f]
    return {int(row[2]): row[3] for row in rows if row[1] == interface}


OPERATIONS = {'svcctl': operations(scmr), 'srvsvc': operations(srvs), 'lsarpc': operations(lsad, lsat), 'winreg': operations(rrp),
              'samr': operations(samr), 'drsuapi': operations(drsuapi), 'rpc_netlogon': operations(nrpc), 'spoolss': listed('spoolss'),
              'wkssvc': operations(wkst), 'atsvc': operations(atsvc), 'taskschedulerservice': operations(tsch),
              'isystemactivator': {4: 'RemoteCreateInstance'}, 'iremunknown': {5: 'RemRelease'}, 'idispatch': {5: 'GetIDsOfNames', 6: 'Invoke'},
              'epm': {2: 'ept_lookup', 3: 'ept_map', 4: 'ept_lookup_handle_free'}}
INTERFACES = {'epm': 'epmapper', 'rpc_netlogon': 'logon', 'taskschedulerservice': 'ITaskSchedulerService',
              'isystemactivator': 'IRemoteSCMActivator', 'iremunknown': 'IRemUnknown', 'idispatch': 'IDispatch'}      # tshark's word: ours

# Calls on objects, whose interfaces tshark has no names for: by interface and number.
WBEM_LOGIN, WBEM_SERVICES = 'f309ad18-d86a-11d0-a075-00c04fb68820', '9556dc99-828c-11cf-a37e-00aa003240c7'
OBJECT_CALLS = {(WBEM_LOGIN, 6): ('IWbemLevel1Login', 'NTLMLogin'), (WBEM_SERVICES, 6): ('IWbemServices', 'GetObject'),
                (WBEM_SERVICES, 24): ('IWbemServices', 'ExecMethod')}
RETURN_VALUES = ('svcctl.rc', 'srvsvc.werror', 'lsarpc.status', 'winreg.werror', 'samr.status', 'atsvc.status', 'spoolss.rc', 'epm.rc',
                 'dcerpc.cn_status')
PDU_FIELDS = ('pkt_type', 'cn_call_id', 'cn_flags.last_frag')
FIELDS = ('tcp.stream', 'udp.stream', 'ip.src', 'ip.dst', 'udp.port', 'tcp.port', '_ws.col.Protocol', '_ws.col.Info',
          'kerberos.msg_type', 'kerberos.SNameString', 'kerberos.etype', 'kerberos.error_code',
          'ntlmssp.messagetype', 'ntlmssp.auth.domain', 'ntlmssp.auth.username', 'ntlmssp.auth.hostname',
          'smb2.cmd', 'smb2.flags.response', 'smb2.nt_status', 'smb2.dialect', 'smb2.ses_flags.guest', 'smb2.tree',
          'smb.cmd', 'smb.flags.response', 'smb.nt_status', 'smb.setup.action.guest', 'smb.path', 'smb.file',
          *['dcerpc.' + field for field in PDU_FIELDS], 'dcerpc.opnum', 'dcerpc.stub_data', *RETURN_VALUES,
          'svcctl.opnum', 'svcctl.servicename', 'svcctl.displayname', 'svcctl.binarypathname')


class Frame(dict):
    """The fields of one frame; several values of one are joined by commas."""

    def is_smb(self, command2, command1):
        return command2 in self['smb2.cmd'].split(',') or command1 in self['smb.cmd'].split(',')

    @property
    def is_answer(self):
        return '1' in (self['smb2.flags.response'], self['smb.flags.response'])

    @property
    def status(self):
        return self['smb2.nt_status'] or self['smb.nt_status']


class Capture:
    """A capture as tshark reads it, in one go: starting it costs more than reading."""

    def __init__(self, path, keys=()):
        self._path = path
        self._options = [word for key in keys for word in ('-o', 'uat:smb2_seskey_list:%s,%s,"",""' % key)]
        words = [word for field in FIELDS for word in ('-e', field)]
        out = self._tshark('-Y', 'smb || smb2 || dcerpc || kerberos', '-T', 'fields', *words)
        self._frames = [Frame(zip(FIELDS, line.split('\t'))) for line in out.splitlines()]
        self._objects = None

    def _tshark(self, *args):
        command = ['tshark', '-r', self._path, *self._options, *args]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout

    def between(self, client, server):
        ends = {client, server}
        return Wire(self, [frame for frame in self._frames if {frame['ip.src'], frame['ip.dst']} == ends])

    def objects(self):
        """sha256 of everything that was read or written, by file name."""
        if self._objects is None:
            self._objects = self._export()
        return self._objects

    def _export(self):
        with tempfile.TemporaryDirectory() as folder:
            self._tshark('-q', '--export-objects', 'smb,' + folder)
            found = {}
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), 'rb') as f:
                    plain = re.sub(r'\(\d+\)(?=$|\.)', '', name.replace('%5c', '\\').lstrip('\\'))
                    found.setdefault(plain, set()).add(hashlib.sha256(f.read()).hexdigest())
            return found


class Wire:
    """What one client and one server say to each other."""

    def __init__(self, capture, frames):
        self.objects = capture.objects
        self._frames = frames

    def dialects(self):
        if any(frame['smb.cmd'] == '0x72' and frame.is_answer for frame in self._frames):
            return ['NT LM 0.12']
        chosen = {frame['smb2.dialect'] for frame in self._frames if frame['smb2.cmd'] == '0' and frame.is_answer}
        return sorted(DIALECTS[dialect] for dialect in chosen - {GUESS})

    def logons(self):
        """Each NTLMSSP AUTHENTICATE with the status of the answer to it."""
        asked, done = {}, []
        for frame in self._frames:
            stream = frame['tcp.stream']
            if frame['ntlmssp.messagetype'] == NTLM_AUTHENTICATE and frame.is_smb('1', '0x73'):
                asked[stream] = logon_of(frame)
            elif frame.is_smb('1', '0x73') and frame.is_answer and frame.status != MORE_PROCESSING and stream in asked:
                guest = '1' in (frame['smb2.ses_flags.guest'], frame['smb.setup.action.guest'])
                done.append({**asked.pop(stream), 'status': frame.status, 'guest': guest})
        return done

    def rpc_logons(self):
        """The account of each NTLMSSP AUTHENTICATE inside RPC, on a pipe or over TCP: a logon beside SMB's."""
        return [logon_of(frame)['account'] for frame in self._frames
                if frame['ntlmssp.messagetype'] == NTLM_AUTHENTICATE and not frame.is_smb('1', '0x73')]

    def tickets_shown(self):
        """How many logons succeeded with a Kerberos ticket."""
        shown, done = set(), 0
        for frame in self._frames:
            if not frame.is_smb('1', '0x73'):
                continue
            if not frame.is_answer and frame['kerberos.msg_type'].startswith(AP_REQ):
                shown.add(frame['tcp.stream'])
            elif frame.is_answer and frame['tcp.stream'] in shown:
                shown.remove(frame['tcp.stream'])
                done += frame.status == SUCCESS
        return done

    def tickets(self):
        """Each question to the key distribution centre: AS or TGS, the service, the error, and a key's encryption type: of AS the
        account's, which seals the answer; of TGS the service's, which seals the ticket."""
        asked, done = {}, []
        for frame in self._frames:
            if KDC_PORT not in (frame['udp.port'] + ',' + frame['tcp.port']).split(','):
                continue
            stream, message = (frame['udp.stream'], frame['tcp.stream']), frame['kerberos.msg_type'].split(',')[0]
            if message in KDC_REQUESTS:
                asked[stream] = {'asked': KDC_REQUESTS[message], 'service': '/'.join(frame['kerberos.SNameString'].split(',')[-2:])}
            elif message in KDC_ANSWERS and stream in asked:
                question = asked.pop(stream)
                done.append({**question, **answer_of_kdc(frame, KEY_AT[question['asked']])})
        return done

    def trees(self):
        """(share, status) of each tree connect, in order."""
        asked, done = {}, []
        for frame in self._frames:
            if not frame.is_smb('3', '0x75'):
                continue
            if frame.is_answer:
                done.append((asked.pop(frame['tcp.stream']), frame.status))
            else:
                asked[frame['tcp.stream']] = (frame['smb2.tree'] or frame['smb.path']).split('\\')[-1]
        return done

    def calls(self):
        """(interface, operation, status) of each RPC request, in order; status None when the answer carries none."""
        waiting, done = {}, []
        for frame in self._frames:
            for kind, call_id, is_last in zip(*[frame['dcerpc.' + field].split(',') for field in PDU_FIELDS]):
                key = frame['tcp.stream'], call_id
                if kind == REQUEST:
                    at = waiting.setdefault(key, len(done))         # further fragments say the same
                    done[at:at + 1] = [[*named_call(frame), None]]
                elif kind in ANSWERS and key in waiting and is_last == '1':
                    done[waiting.pop(key)][2] = return_value(frame)
        return [tuple(call) for call in done]

    def services(self):
        """The values CreateServiceW requests carry, as texts."""
        rows = [(frame['svcctl.servicename'], frame['svcctl.displayname'], frame['svcctl.binarypathname'])
                for frame in self._frames if frame['svcctl.opnum'] == '12']
        return [row for row in rows if any(row)]

    def moves(self):
        """How often each (direction, file name) was asked for."""
        moves = Counter()
        for frame in self._frames:
            info = frame['_ws.col.Info']
            if not frame.is_answer and (frame.is_smb('8', '0x2e') or frame.is_smb('9', '0x2f')):
                name = frame['smb.file'] or (re.search(r'File: (.*)', info) or ['', ''])[1]
                moves['write' if 'Write' in info else 'read', name.lstrip('\\')] += 1
        return moves

    def says(self, text):
        """Whether any message's summary contains the text."""
        return any(text in frame['_ws.col.Info'] for frame in self._frames)


def logon_of(frame):
    domain, user, host = [present(frame['ntlmssp.auth.' + part]) for part in ('domain', 'username', 'hostname')]
    return {'account': '%s\\%s' % (domain, user), 'workstation': host or None}


def answer_of_kdc(frame, key_at):
    if frame['kerberos.error_code']:
        return {'etype': None, 'error': int(frame['kerberos.error_code'])}
    return {'etype': int(frame['kerberos.etype'].split(',')[key_at]), 'error': None}


def present(value):
    return '' if value == 'NULL' else value


def named_call(frame):
    interface = frame['_ws.col.Protocol'].lower()
    if interface == 'dcerpc':                   # one tshark does not know, or names with the last fragment
        said = re.search(r'opnum: (\d+), Ctx: \d+ ([0-9a-f-]{36})', frame['_ws.col.Info'])
        return OBJECT_CALLS.get(said and (said[2], int(said[1])), (None, None))
    return INTERFACES.get(interface, interface), OPERATIONS[interface][int(frame['dcerpc.opnum'].split(',')[0])]


def return_value(frame):
    said = next((frame[field].split(',')[-1] for field in RETURN_VALUES if frame[field]), None) or last_word(frame['dcerpc.stub_data'])
    return None if said is None else '0x%08x' % int(said, 0)


def last_word(stub):
    """The return value of an answer tshark does not decode: the last four bytes of its stub."""
    return '0x' + bytes.fromhex(stub)[-4:][::-1].hex() if stub else None
