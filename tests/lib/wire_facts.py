"""What tshark's fields say happened, as facts that can be compared with the sensor's events.

A fact is (kind, connection, what, where): the connection as 'client > server', `what` a tuple whose shape depends on the
kind (event_facts.py builds the same from events), `where` the frame to look at."""
import collections
import itertools
import re

import kerberos_facts
import token_facts
import tshark
from wire_messages import NEGOTIATE, ends, exchanges, shown

Fact = collections.namedtuple('Fact', 'kind connection what where')

DIALECTS = {0x02ff: '2.???', 0x0202: '2.0.2', 0x0210: '2.1', 0x0300: '3.0', 0x0302: '3.0.2', 0x0311: '3.1.1'}
SMB1_DIALECT = 'NT LM 0.12'

SESSION_SETUP, TREE_CONNECT, CREATE, READ, WRITE, IOCTL, SET_INFO = 1, 3, 5, 8, 9, 11, 17
PIPE_TRANSCEIVE = 0x11c017
RENAME_INFORMATION, LINK_INFORMATION, DISPOSITION_INFORMATION, ALLOCATION_INFORMATION, END_INFORMATION = 0x0a, 0x0b, 0x0d, 0x13, 0x14
PREVIOUS_FILE = 'ffffffff-ffff-ffff-ffff-ffffffffffff'  # [MS-SMB2] 3.2.4.1.4: that of the command before it in the compound

SMB1_READS, SMB1_WRITES = (0x0a, 0x2e), (0x0b, 0x2f)
SMB1_OPENS = (0x00, 0x02, 0x03, 0x0e, 0x0f, 0x2d, 0xa2, 0xc0)

RPC_REQUEST, RPC_RESPONSE, RPC_FAULT, RPC_BIND, RPC_BIND_ACK, RPC_ALTER, RPC_ALTER_RESPONSE, RPC_AUTH3 = 0, 2, 3, 11, 12, 14, 15, 16

FEATURE_NEGOTIATION = '6cb71c2c-9812-4540-'

# Where tshark prints an operation's return value.
RETURN_CODES = ('svcctl.rc', 'srvsvc.werror', 'lsarpc.status', 'samr.status', 'netlogon.rc', 'atsvc.status', 'drsuapi.werror',
                'wkssvc.werror', 'winreg.werror')


# ---- from exchanges to facts --------------------------------------------------------------------------------------------

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
    yield from token_facts.of_wire(exchange.asked())
    yield from token_facts.of_wire(exchange.answered())


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


TEMPORARY = 0x0e


def resolved(name):
    """A path as the server understands it: without . and .. and empty components."""
    if not name or not {'', '.', '..'} & set(name.split('\\')):
        return name
    way = []
    for part in name.split('\\'):
        if part == '..':
            way = way[:-1]
        elif part not in ('', '.'):
            way.append(part)
    return '\\'.join(way)


def create(exchange, opens):
    name = opens.created(exchange)
    if exchange.version == 1 and exchange.command == TEMPORARY and exchange.succeeded():
        name += '\\' + exchange.answered().first('smb.file')
    yield 'create', (exchange.first.fields.first('smb2.tree', 'smb.path'), resolved(name), exchange.outcome())
    if is_claim(exchange):
        return
    if exchange.asked().first('smb.nt.create_options.delete_on_close') == '1' and exchange.succeeded():
        yield 'delete', (name, exchange.outcome())


def is_claim(exchange):
    """A durable open is claimed: the server passes over what else the request says ([MS-SMB2] 3.3.5.9.7, 3.3.5.9.12)."""
    return any(tag in ('DHnC', 'DH2C') for tag in exchange.asked().all('smb2.tag'))


def file_name(fields):
    """The name as the events have it: below the share, a pipe's without \\PIPE\\."""
    name = fields.first('smb2.filename', default=None) if fields.name == 'smb2' else fields.first('smb.file', 'smb.dir_name')
    return None if name is None and not fields.fields else plain_name(name or '')


def plain_name(name):
    return re.sub(r'^\\?(?i:pipe)\\', '', name).lstrip('\\') if name else ''


def set_info(exchange, opens):
    asked = exchange.asked()
    level, name = asked.number('smb2.file_info.infolevel'), opens.name(exchange)
    if asked.number('smb2.class') == SECURITY:
        yield 'set_security', (name, security_parts(asked), exchange.outcome())
    if asked.number('smb2.class') != 1:
        return
    if level == RENAME_INFORMATION:
        yield 'rename', (name, plain_name(asked.first('smb2.filename')), exchange.outcome())
    if level == LINK_INFORMATION:
        yield 'link', (plain_name(link_name(asked.first('smb2.unknown'))), exchange.outcome())
    if level == END_INFORMATION:
        yield 'set_end', (name, asked.number('smb.end_of_file'), None, exchange.outcome())
    if level == ALLOCATION_INFORMATION:
        yield 'set_end', (name, None, asked.number('smb.alloc_size64', 'smb2.allocation_size'), exchange.outcome())
    if level == DISPOSITION_INFORMATION and asked.number('smb2.disposition.delete_on_close'):
        yield 'delete', (name, exchange.outcome())


SECURITY = 3
SECURITY_PARTS = ('owner', 'group', 'dacl', 'sacl')


def security_parts(asked):
    return tuple(part for part in SECURITY_PARTS if asked.number('smb2.getsetinfo_additional_secinfo.' + part, 'smb.nt_qsd.' + part))


def link_name(undecoded):
    """[MS-FSCC] 2.4.27.2, which tshark 4.0 leaves as bytes: 16 of them, the length of the name, the name."""
    content = bytes.fromhex(undecoded.replace(':', ''))
    return content[20:20 + int.from_bytes(content[16:20], 'little')].decode('utf-16-le')


def smb1_rename(exchange, _):
    asked = exchange.asked()
    yield 'rename', (plain_name(asked.first('smb.old_file')), plain_name(asked.first('smb.file')), exchange.outcome())


def smb1_delete(exchange, _):
    yield 'delete', (plain_name(exchange.asked().first('smb.file', 'smb.dir_name')), exchange.outcome())


TRANS2_OPENS, SET_PATH = (0x00, 0x0d), 0x06
PASS_THROUGH = 1000                                     # [MS-SMB] 2.2.2.3.5: levels above are those of SMB2
SET_ALLOCATION, SET_END = 0x0103, 0x0104
POSIX_LINKS, POSIX_OPEN, POSIX_UNLINK = (0x201, 0x203), 0x209, 0x20a


def transaction2(exchange, opens):
    asked = exchange.asked()
    level, function = asked.number('smb.spi_loi', default=0), asked.number('smb.trans2.cmd')
    name = plain_name(asked.first('smb.file')) if function == SET_PATH else opens.name(exchange)
    if function in TRANS2_OPENS:
        yield from create(exchange, opens)
    elif level in (SET_END, PASS_THROUGH + END_INFORMATION):
        yield 'set_end', (name, asked.number('smb.end_of_file'), None, exchange.outcome())
    elif level in (SET_ALLOCATION, PASS_THROUGH + ALLOCATION_INFORMATION):
        yield 'set_end', (name, None, asked.number('smb.alloc_size64'), exchange.outcome())
    elif level == PASS_THROUGH + RENAME_INFORMATION:
        new_name = beside(name, asked.first('smb.target_name'))
        yield 'rename', (name, new_name, exchange.outcome())
        if function != SET_PATH:
            opens.rename(exchange, new_name)
    elif asked.first('smb.marked_for_deletion') == '1':
        yield 'delete', (name, exchange.outcome())
    else:
        yield from posix(exchange, level)


def posix(exchange, level):
    """The CIFS UNIX extensions: paths with slashes."""
    name = (exchange.asked().first('smb.file') or '').replace('/', '\\').lstrip('\\')
    if level in POSIX_LINKS:
        yield 'link', (name, exchange.outcome())
    elif level == POSIX_OPEN:
        yield 'create', (exchange.first.fields.first('smb.path'), name, exchange.outcome())
    elif level == POSIX_UNLINK:
        yield 'delete', (name, exchange.outcome())


def beside(path, name):
    """SMB1 renames through a transaction within the folder of the file."""
    folder = path.rpartition('\\')[0]
    return name.lstrip('\\') if '\\' in name or not folder else folder + '\\' + name


def nt_transact(exchange, opens):
    if exchange.asked().number('smb.nt.function') == 1:
        yield from create(exchange, opens)
    if exchange.asked().number('smb.nt.function') == SET_SECURITY:
        yield 'set_security', (opens.name(exchange), security_parts(exchange.asked()), exchange.outcome())


SET_SECURITY = 3


def transaction(exchange, _):
    """Those with \\PIPE\\LANMAN; tshark names their fields as a protocol of its own."""
    function = exchange.asked().number('lanman.function_code')
    if function is not None:
        yield 'rap', (function, exchange.answered().number('lanman.status'), exchange.outcome())


def smb1_nt_rename(exchange, _):
    asked = exchange.asked()
    kind = 'link' if asked.number('smb.ntr_loi') == LINK_LEVEL else 'rename'
    names = plain_name(asked.first('smb.old_file')), plain_name(asked.first('smb.file'))
    yield kind, (names[kind == 'link':] + (exchange.outcome(),))


LINK_LEVEL = 0x0103


def smb1_write(exchange, opens):
    """Nothing written with the oldest command is an end that is set."""
    if exchange.asked().number('smb.count', 'smb.data_len', default=1) == 0:
        yield 'set_end', (opens.name(exchange), data_offset(exchange), None, exchange.outcome())


COPYCHUNKS = (0x1440f2, 0x1480f2)
ZEROS = 0x980c8


def ioctl(exchange, opens):
    asked = exchange.asked()
    if asked.number('smb2.ioctl.function') == ZEROS:
        yield 'zeroed', (opens.name(exchange), exchange.outcome())
    if asked.number('smb2.ioctl.function') in COPYCHUNKS:
        copied = exchange.answered().number('smb2.fsctl.cchunk.total_written') if exchange.succeeded() else None
        yield 'copy', (opens.name(exchange), sum(int(n, 0) for n in asked.all('smb2.fsctl.cchunk.xfer_len')), copied, exchange.outcome())


MAKERS = {
    (1, 0x01): smb1_delete,
    (1, 0x06): smb1_delete,
    (1, 0x07): smb1_rename,
    (1, 0x0b): smb1_write,
    (1, 0x25): transaction,
    (1, 0x32): transaction2,
    (1, 0x72): negotiate1,
    (1, 0x73): session_setup,
    (1, 0x70): tree_connect,
    (1, 0x75): tree_connect,
    (1, 0xa0): nt_transact,
    (1, 0xa5): smb1_nt_rename,
    (2, NEGOTIATE): negotiate2,
    (2, SESSION_SETUP): session_setup,
    (2, TREE_CONNECT): tree_connect,
    (2, CREATE): create,
    (2, IOCTL): ioctl,
    (2, SET_INFO): set_info,
    **{(1, command): create for command in SMB1_OPENS},
}


# ---- opens, and what moves through them ---------------------------------------------------------------------------------

class Opens:
    """Which name stands behind a file id, per connection."""

    def __init__(self, asked):
        self._names = {}
        self._claimable = {}                            # the same by file id alone: a claim comes on another connection
        for exchange in asked:
            if opens_something(exchange) and exchange.succeeded():
                key = self.key(exchange, exchange.answered())
                self._names[key] = self._claimable[key[1]] = self.created(exchange)

    def created(self, exchange):
        """What a create opens: of a durable open that is claimed, what that was opened as ([MS-SMB2] 3.3.5.9.7)."""
        name = file_name(exchange.asked())
        is_claimed = is_claim(exchange) and exchange.succeeded()
        return self._claimable.get(exchange.asked().all('smb2.fid')[-1], name) if is_claimed else name

    def rename(self, exchange, name):
        if exchange.succeeded():
            self._names[self.of(exchange)] = name

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


def opens_something(exchange):
    asked = exchange.asked()
    return ((exchange.version, exchange.command) in CREATES or asked.number('smb.nt.function') == 1
            or asked.number('smb.trans2.cmd') == 0)


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
        found += [[rpc, kind, what] for kind, what in token_facts.of_wire(rpc.pdu)]
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
