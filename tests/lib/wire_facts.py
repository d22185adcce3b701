"""What tshark's fields say happened, as facts that can be compared with the sensor's events.

A fact is (kind, connection, what, where): the connection as 'client > server', `what` a tuple whose shape depends on the
kind (event_facts.py builds the same from events), `where` the frame to look at. Requests and responses are paired here,
from message ids; tshark's own pairing is not used."""
import collections
import itertools
import re

import kerberos_facts
import tshark

Fact = collections.namedtuple('Fact', 'kind connection what where')

PENDING = 0x103
DIALECTS = {0x02ff: '2.???', 0x0202: '2.0.2', 0x0210: '2.1', 0x0300: '3.0', 0x0302: '3.0.2', 0x0311: '3.1.1'}
SMB1_DIALECT = 'NT LM 0.12'

NEGOTIATE, SESSION_SETUP, TREE_CONNECT, CREATE, READ, WRITE, IOCTL, SET_INFO = 0, 1, 3, 5, 8, 9, 11, 17
PIPE_TRANSCEIVE = 0x11c017
RENAME_INFORMATION, DISPOSITION_INFORMATION = 0x0a, 0x0d
PREVIOUS_FILE = 'ffffffff-ffff-ffff-ffff-ffffffffffff'  # [MS-SMB2] 3.2.4.1.4: that of the command before it in the compound

SMB1_READS, SMB1_WRITES = (0x0a, 0x2e), (0x0b, 0x2f)
SMB1_OPENS = (0x02, 0x03, 0x0f, 0x2d, 0xa2)
SMB1_SECTION = re.compile(r'.* (Request|Response) \(0x([0-9a-f]{2})\)$')

RPC_REQUEST, RPC_RESPONSE, RPC_FAULT, RPC_BIND, RPC_BIND_ACK, RPC_ALTER, RPC_ALTER_RESPONSE, RPC_AUTH3 = 0, 2, 3, 11, 12, 14, 15, 16

FEATURE_NEGOTIATION = '6cb71c2c-9812-4540-'

# Where tshark prints an operation's return value.
RETURN_CODES = ('svcctl.rc', 'srvsvc.werror', 'lsarpc.status', 'samr.status', 'netlogon.rc', 'atsvc.status', 'drsuapi.werror',
                'wkssvc.werror', 'winreg.werror')


def shown(status):
    return None if status is None else '0x%08x' % status


def ends(frame):
    return frame.source, frame.destination


class Message:
    """One SMB command of one direction; `rpc` are the DCE/RPC PDUs it carried."""

    def __init__(self, frame, version, command, is_response, ident, status, fields):
        self.frame = frame
        self.version = version
        self.command = command
        self.is_response = is_response
        self.ident = ident
        self.status = status
        self.fields = fields
        self.follows = fields.first('smb2.flags.chained') == '1'
        self.rpc = []


class Exchange:
    """A request and its response, either of which may not be in the capture."""

    def __init__(self, request, response):
        self.request = request
        self.response = response
        self.before = None                      # the one it follows in a compound
        self.first = request or response
        self.version = self.first.version
        self.command = self.first.command
        frame = self.first.frame
        self.stream = frame.stream
        self.where = 'frame %d' % frame.number
        self.connection = '%s > %s' % (ends(frame)[::-1] if self.first.is_response else ends(frame))
        self.status = response.status if response else None

    def asked(self):
        return self.request.fields if self.request else tshark.Fields('', [])

    def answered(self):
        return self.response.fields if self.response else tshark.Fields('', [])

    def outcome(self):
        return shown(self.status)

    def succeeded(self):
        """Errors have the top bits 11; warnings (more data, buffer overflow) carry data."""
        return self.status is not None and self.status >> 30 != 3


# ---- from PDUs to messages --------------------------------------------------------------------------------------------

def messages(frame):
    """The SMB messages of a frame in order, each with the RPC PDUs that follow it; RPC directly over TCP has none."""
    found = []
    for pdu in frame.pdus:
        if pdu.name == 'smb2' and pdu.has('smb2.cmd'):
            found.append(smb2_message(frame, pdu))
        elif pdu.name == 'smb':
            found += smb1_messages(frame, pdu)
        elif found:
            attach(found[-1], pdu)
    return found


def attach(message, pdu):
    """A PDU inside a message: DCE/RPC, the interface's own fields, or the pipe that an SMB1 transaction names."""
    if pdu.name == 'dcerpc':
        message.rpc.append(pdu)
    elif message.rpc:
        message.rpc[-1].fields += pdu.fields
    else:
        message.fields.fields += pdu.fields


def smb2_message(frame, pdu):
    ident = (pdu.number('smb2.msg_id'), pdu.number('smb2.cmd'))
    return Message(frame, 2, ident[1], pdu.first('smb2.flags.response') == '1', ident, pdu.number('smb2.nt_status'), pdu)


def smb1_messages(frame, pdu):
    """One message for each command of an AndX chain."""
    header, *sections = pdu.split(lambda name, value: name == '' and SMB1_SECTION.match(value))
    found = []
    for section in sections:
        direction, command = SMB1_SECTION.match(section.fields[0][1]).groups()
        fields = tshark.Fields(pdu.name, header.fields + section.fields)
        ident = header.first('smb.mid'), header.first('smb.pid'), int(command, 16)
        found.append(Message(frame, 1, ident[-1], direction == 'Response', ident, smb1_status(header), fields))
    return found


def smb1_status(header):
    if header.has('smb.nt_status'):
        return header.number('smb.nt_status')
    error_class, code = header.number('smb.error_class', default=0), header.number('smb.error_code', default=0)
    return 0 if error_class == 0 else DOS_ERRORS.get((error_class, code), code << 16 | error_class)


# [MS-CIFS] 2.2.2.4, the few that our captures hold; the rest have no NTSTATUS but their own (STATUS_OS2_..., STATUS_SMB_...)
DOS_ERRORS = {(1, 2): 0xc000000f, (1, 5): 0xc0000022, (1, 80): 0xc0000035, (2, 2): 0xc000006a}


def exchanges(frames):
    """Requests with their responses, in the order of the requests; an interim answer (STATUS_PENDING) is not one."""
    waiting, done = {}, []
    for frame in frames:
        for message in messages(frame):
            key = (frame.stream, message.version) + message.ident
            if not message.is_response:
                waiting[key] = len(done)
                done.append([message, None])
            elif message.version == 2 and message.status == PENDING:
                continue
            elif key in waiting:
                done[waiting.pop(key)][1] = message
            elif answers_smb1_negotiate(message) and waiting_negotiate(waiting, frame.stream):
                done[waiting.pop(waiting_negotiate(waiting, frame.stream))][1] = message
            else:
                done.append([None, message])
    return in_compounds([Exchange(*pair) for pair in done])


def in_compounds(asked):
    for before, exchange in zip(asked, asked[1:]):
        if exchange.request and exchange.request.follows and before.request and before.request.frame is exchange.request.frame:
            exchange.before = before
    return asked


def answers_smb1_negotiate(message):
    """A multi-protocol negotiation: SMB1 asks, SMB2 answers ([MS-SMB2] 3.3.5.3.1)."""
    return message.version == 2 and message.command == NEGOTIATE


def waiting_negotiate(waiting, stream):
    return next((key for key in waiting if key[:2] == (stream, 1) and key[-1] == 0x72), None)


# ---- from exchanges to facts --------------------------------------------------------------------------------------------

def facts(capture):
    return facts_of(tshark.frames(capture)) + kerberos(capture)


def facts_of(frames):
    """Every fact of the frames, by kind in wire order."""
    asked = exchanges(frames)
    opens = Opens(asked)
    found = []
    for exchange in asked:
        found += single_facts(exchange, opens)
    found += encrypted(frames)
    associations = rpc_pdus(frames, asked, opens)
    found += rpc_facts(associations)
    speaks_rpc = {place for place, _ in associations}
    found += transfers(asked, opens, speaks_rpc)
    found += pipes(asked, opens, speaks_rpc)
    return found + community_ids(frames, found)


def community_ids(frames, found):
    """That of each connection which has facts."""
    ids = {'%s > %s' % pair: frame.community_id for frame in frames for pair in (ends(frame), ends(frame)[::-1])}
    connections = {fact.connection: fact.where for fact in reversed(found)}
    return [Fact('community_id', connection, (ids[connection],), where) for connection, where in connections.items()]


def kerberos(capture):
    """Exchanges with a key distribution centre, and the ids of their connections."""
    found = list(kerberos_facts.facts(capture))
    ids = {connection: (community_id, where) for _, connection, _, where, community_id in found}
    return ([Fact(*fact[:4]) for fact in found]
            + [Fact('community_id', connection, (community_id,), where) for connection, (community_id, where) in ids.items()])


def single_facts(exchange, opens):
    """What one exchange says by itself."""
    maker = MAKERS.get((exchange.version, exchange.command))
    return [Fact(kind, exchange.connection, what, exchange.where) for kind, what in (maker(exchange, opens) if maker else ())]


def negotiate2(exchange, _):
    chosen = exchange.answered().number('smb2.dialect')
    yield 'negotiate', (DIALECTS.get(chosen, chosen), exchange.outcome())


def negotiate1(exchange, _):
    if exchange.response and exchange.response.version == 2:
        yield from negotiate2(exchange, _)
    else:
        index = exchange.answered().number('smb.dialect.index')
        yield 'negotiate', (SMB1_DIALECT if index is not None and index != 0xffff else None, exchange.outcome())


def session_setup(exchange, _):
    yield 'session_setup', (logon(exchange.asked()), exchange.outcome())


def logon(fields):
    """('ntlm', account, workstation), ('kerberos', service) or None, by the token a request carries."""
    if fields.has('ntlmssp.auth.username'):
        domain, user, workstation = [named(fields.first('ntlmssp.auth.' + name)) for name in ('domain', 'username', 'hostname')]
        return 'ntlm', account(domain, user), workstation
    if fields.has('kerberos.ap_req_element'):
        return 'kerberos', '/'.join(fields.all('kerberos.SNameString')[:2])
    if fields.has('smb.account'):
        return 'ntlm', account(fields.first('smb.primary_domain', default=''), fields.first('smb.account')), ''
    return None


def account(domain, user):
    return '%s\\%s' % (domain, user)


def named(value):
    """tshark prints an empty field of an NTLM message as NULL."""
    return '' if value in (None, 'NULL') else value


def tree_connect(exchange, _):
    # tshark prints the path of whatever tree the header still names before the one that is asked for
    paths = exchange.asked().all('smb2.tree') + exchange.asked().all('smb.path')
    yield 'tree_connect', (paths[-1] if paths else None, exchange.outcome())


def create(exchange, _):
    name = file_name(exchange.asked())
    yield 'create', (exchange.first.fields.first('smb2.tree', 'smb.path'), name, exchange.outcome())
    if exchange.asked().first('smb.nt.create_options.delete_on_close') == '1' and exchange.succeeded():
        yield 'delete', (name, exchange.outcome())


def file_name(fields):
    """The name as the events have it: below the share, a pipe's without \\PIPE\\."""
    name = fields.first('smb2.filename', default=None) if fields.name == 'smb2' else fields.first('smb.file')
    return None if name is None and not fields.fields else plain_name(name or '')


def plain_name(name):
    return re.sub(r'^\\?(?i:pipe)\\', '', name).lstrip('\\') if name else ''


def set_info(exchange, opens):
    asked = exchange.asked()
    level, name = asked.number('smb2.file_info.infolevel'), opens.name(exchange)
    if asked.number('smb2.class') != 1:
        return
    if level == RENAME_INFORMATION:
        yield 'rename', (name, plain_name(asked.first('smb2.filename')), exchange.outcome())
    if level == DISPOSITION_INFORMATION and asked.number('smb2.disposition.delete_on_close'):
        yield 'delete', (name, exchange.outcome())


def smb1_rename(exchange, _):
    asked = exchange.asked()
    yield 'rename', (plain_name(asked.first('smb.old_file')), plain_name(asked.first('smb.file')), exchange.outcome())


def smb1_delete(exchange, _):
    yield 'delete', (plain_name(exchange.asked().first('smb.file', 'smb.dir_name')), exchange.outcome())


def transaction2(exchange, opens):
    if exchange.asked().first('smb.marked_for_deletion') == '1':
        yield 'delete', (opens.name(exchange), exchange.outcome())


MAKERS = {
    (1, 0x01): smb1_delete,
    (1, 0x06): smb1_delete,
    (1, 0x07): smb1_rename,
    (1, 0x32): transaction2,
    (1, 0x72): negotiate1,
    (1, 0x73): session_setup,
    (1, 0x75): tree_connect,
    (2, NEGOTIATE): negotiate2,
    (2, SESSION_SETUP): session_setup,
    (2, TREE_CONNECT): tree_connect,
    (2, CREATE): create,
    (2, SET_INFO): set_info,
    **{(1, command): create for command in SMB1_OPENS},
}


# ---- opens, and what moves through them ---------------------------------------------------------------------------------

class Opens:
    """Which name stands behind a file id, per connection."""

    def __init__(self, asked):
        self._names = {}
        self._deleting = set()
        for exchange in asked:
            if (exchange.version, exchange.command) in CREATES and exchange.succeeded():
                self._names[self.key(exchange, exchange.answered())] = file_name(exchange.asked())

    @staticmethod
    def key(exchange, fields):
        return exchange.stream, fields.first('smb2.fid', 'smb.fid')

    def of(self, exchange):
        """The open an exchange works on: (stream, file id). Chained SMB1 commands name none in the request: the answer does."""
        asked = exchange.asked()
        if exchange.before and asked.first('smb2.fid') == PREVIOUS_FILE:
            return self.of(exchange.before)
        return self.key(exchange, asked if asked.has('smb2.fid') or asked.has('smb.fid') else exchange.answered())

    def name(self, exchange):
        return self._names.get(self.of(exchange))

    def name_of(self, place):
        return self._names.get(place)


CREATES = {(2, CREATE)} | {(1, command) for command in SMB1_OPENS}
READS = {(2, READ)} | {(1, command) for command in SMB1_READS}
WRITES = {(2, WRITE)} | {(1, command) for command in SMB1_WRITES}


def data_offset(exchange):
    return exchange.asked().number('smb2.file_offset', 'smb.file.rw.offset', default=0)


def is_pipe(exchange):
    asked = exchange.first.fields
    return asked.first('smb2.share_type') == '0x02' or (asked.first('smb.path') or '').upper().endswith('\\IPC$')


def moved(asked, opens):
    """(open, direction, bytes, exchange) of each exchange that succeeded and moved something."""
    for exchange in asked:
        for direction, length in lengths(exchange) if exchange.succeeded() else ():
            if length:
                yield opens.of(exchange), direction, length, exchange


def lengths(exchange):
    """(direction, bytes) of a read, a write, or both: a pipe can be written and read in one request."""
    kind = (exchange.version, exchange.command)
    if kind in WRITES:
        yield 'write', exchange.asked().number('smb2.write_length', 'smb.data_len_low', 'smb.file.rw.length', default=0)
    if kind in READS:
        yield 'read', exchange.answered().number('smb2.olb.length', 'smb.data_len_low', 'smb.file.rw.length', default=0)
    if kind == (2, IOCTL) and exchange.asked().number('smb2.ioctl.function') == PIPE_TRANSCEIVE:
        yield 'write', int((exchange.asked().all('smb2.olb.length') or '0')[0])
        yield 'read', int((exchange.answered().all('smb2.olb.length') or '0')[-1])


def transfers(asked, opens, speaks_rpc):
    """One fact an open and direction: how many different bytes of the file moved."""
    ranges = collections.OrderedDict()
    for place, direction, length, exchange in moved(asked, opens):
        if place not in speaks_rpc and not is_pipe(exchange):
            ranges.setdefault((place, direction), []).append((exchange, length))
    for (place, direction), moves in ranges.items():
        what = (opens.name_of(place), direction, distinct_bytes((data_offset(exchange), length) for exchange, length in moves))
        yield Fact('transfer', moves[0][0].connection, what, moves[0][0].where)


def distinct_bytes(ranges):
    total, end = 0, 0
    for offset, length in sorted(ranges):
        total += max(0, offset + length - max(offset, end))
        end = max(end, offset + length)
    return total


def pipes(asked, opens, speaks_rpc):
    """Pipes that carry something other than DCE/RPC: bytes to the server and to the client."""
    totals = collections.OrderedDict()
    for place, direction, length, exchange in moved(asked, opens):
        if place not in speaks_rpc and is_pipe(exchange):
            counted = totals.setdefault(place, [exchange, 0, 0])
            counted[1 if direction == 'write' else 2] += length
    for place, (exchange, to_server, to_client) in totals.items():
        yield Fact('pipe', exchange.connection, (opens.name_of(place), to_server, to_client), exchange.where)


def encrypted(frames):
    """Sealed messages of each session, by direction. The client is who sent the first."""
    totals = collections.OrderedDict()
    for frame in frames:
        for pdu in frame.pdus:
            if pdu.name == 'smb2' and pdu.first('smb2.header.transform.flags.encrypted') == '1':
                counted = totals.setdefault((frame.stream, pdu.first('smb2.sesid')), [frame, 0, 0])
                counted[1 if frame.source == counted[0].source else 2] += 1
    for frame, to_server, to_client in totals.values():
        yield Fact('encrypted', '%s > %s' % ends(frame), (to_server, to_client), 'frame %d' % frame.number)


# ---- DCE/RPC ------------------------------------------------------------------------------------------------------------

class Rpc:
    """One PDU and where it travelled."""

    def __init__(self, pdu, frame, connection):
        self.pdu = pdu
        self.kind = pdu.number('dcerpc.pkt_type')
        self.call = pdu.number('dcerpc.cn_call_id')
        self.frame = frame.number
        self.where = 'frame %d' % frame.number
        self.connection = connection

    def is_first(self):
        return self.pdu.first('dcerpc.cn_flags.first_frag') == '1'


def rpc_pdus(frames, asked, opens):
    """[(place, Rpc)] in wire order; a place is a pipe (stream, file id) or, over TCP, a stream."""
    found = [(opens.of(exchange), Rpc(pdu, message.frame, exchange.connection))
             for exchange in asked for message in (exchange.request, exchange.response) if message for pdu in message.rpc]
    for frame in frames:
        found += rpc_over_tcp(frame)
    return sorted(found, key=lambda pair: pair[1].frame)


TO_CLIENT = (RPC_RESPONSE, RPC_FAULT, RPC_BIND_ACK, RPC_ALTER_RESPONSE, 13)


def rpc_over_tcp(frame):
    current = None
    for pdu in frame.pdus:
        if pdu.name in ('smb', 'smb2'):
            return
        if pdu.name == 'dcerpc':
            back = pdu.number('dcerpc.pkt_type') in TO_CLIENT
            current = Rpc(pdu, frame, '%s > %s' % (ends(frame)[::-1] if back else ends(frame)))
            yield (frame.stream, 'tcp'), current
        elif current:
            current.pdu.fields += pdu.fields


def rpc_facts(associations):
    found, contexts, calls = [], {}, {}
    for place, rpc in associations:
        if rpc.kind in (RPC_BIND, RPC_ALTER):
            remember(contexts, place, rpc)
            calls[place, 'bind', rpc.call] = len(found)
            found.append([rpc, 'rpc_bind', ('bind' if rpc.kind == RPC_BIND else 'alter_context', judged(rpc, None))])
        elif rpc.kind in (RPC_BIND_ACK, RPC_ALTER_RESPONSE) and (place, 'bind', rpc.call) in calls:
            asked = found[calls.pop((place, 'bind', rpc.call))]
            asked[2] = asked[2][:1] + (judged(asked[0], rpc),)
        elif rpc.kind == RPC_REQUEST and rpc.is_first():
            uuid = contexts.get((place, rpc.pdu.number('dcerpc.cn_ctx_id')))
            calls[place, rpc.call] = len(found)
            found.append([rpc, 'rpc_call', (uuid, rpc.pdu.number('dcerpc.opnum'), rpc.call, None)])
        elif rpc.kind in (RPC_RESPONSE, RPC_FAULT) and (place, rpc.call) in calls:
            asked = found[calls[place, rpc.call]]
            asked[2] = asked[2][:3] + (outcome(rpc),)
            found += [[asked[0], 'rpc_return', asked[2][:3] + (code,)] for code in return_code(rpc.pdu)]
        found += [[rpc, 'rpc_logon', who] for who in [logon(rpc.pdu)] if who]
    return [Fact(kind, rpc.connection, what, rpc.where) for rpc, kind, what in found]


def remember(contexts, place, rpc):
    for item in context_items(rpc):
        contexts[place, item.number('dcerpc.cn_ctx_id')] = item.first('dcerpc.cn_bind_to_uuid')


def judged(asked, answered):
    """(context id, interface, version, accepted) of each context a bind offers; accepted is None where the answer is silent."""
    results = answered.pdu.all('dcerpc.cn_ack_result') if answered else ()
    return tuple((item.number('dcerpc.cn_ctx_id'), item.first('dcerpc.cn_bind_to_uuid'), item.number('dcerpc.cn_bind_if_ver'),
                  None if result is None else result == '0')
                 for item, result in zip(context_items(asked), itertools.chain(results, itertools.repeat(None)))
                 if not negotiates_features(item))


def context_items(rpc):
    return rpc.pdu.split(lambda name, value: name == 'dcerpc.cn_ctx_item')[1:]


def negotiates_features(item):
    """[MS-RPCE] 3.3.1.5.3: a context that only carries flags in place of a transfer syntax; nobody ever calls through it."""
    return (item.first('dcerpc.cn_bind_trans_id') or '').startswith(FEATURE_NEGOTIATION)


def outcome(rpc):
    return 'answered' if rpc.kind == RPC_RESPONSE else 'fault ' + shown(rpc.pdu.number('dcerpc.cn_status'))


def return_code(pdu):
    """What the operation returned, where tshark decodes that."""
    for name in RETURN_CODES:
        if pdu.has(name):
            return [shown(pdu.number(name))]
    return []
