"""Frames as tshark reads them, as SMB messages and exchanges of a request with its response.

Requests and responses are paired here, from message ids; tshark's own pairing is not used."""
import re

import tshark

PENDING = 0x103
NOT_FAILED = (0, 0xc0000016, 0x80000005)    # success, more processing required, buffer overflow
NEGOTIATE = 0
SMB1_SECTION = re.compile(r'.* (Request|Response) \(0x([0-9a-f]{2})\)$')


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
        found.append(Message(frame, 1, ident[-1], direction == 'Response', ident, smb1_status(header, section is sections[-1]), fields))
    return found


def smb1_status(header, is_last):
    """Of one command of a chain: where the last one failed, those before it did not ([MS-CIFS] 3.3.5.2.1)."""
    status = header_status(header)
    return status if is_last or status in NOT_FAILED else 0


def header_status(header):
    if header.has('smb.nt_status'):
        return header.number('smb.nt_status')
    error_class, code = header.number('smb.error_class', default=0), header.number('smb.error_code', default=0)
    return 0 if error_class == 0 else DOS_ERRORS.get((error_class, code), code << 16 | error_class)


# [MS-CIFS] 2.2.2.4, the few that our captures hold; the rest have no NTSTATUS but their own (STATUS_OS2_..., STATUS_SMB_...)
DOS_ERRORS = {(1, 2): 0xc000000f, (1, 5): 0xc0000022, (1, 80): 0xc0000035, (1, 183): 0xc0000035, (2, 2): 0xc000006a}


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
