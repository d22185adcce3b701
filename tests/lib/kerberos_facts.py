"""What tshark says of exchanges with a key distribution centre, as facts that can be compared with krb.as and krb.tgs."""
import tshark

FILTER = 'kerberos.msg_type && (tcp.port == 88 || udp.port == 88)'
AS_REQUEST, AS_REPLY, TGS_REQUEST, TGS_REPLY, ERROR = 10, 11, 12, 13, 30
KINDS = {AS_REQUEST: 'krb_as', TGS_REQUEST: 'krb_tgs'}


class Message:
    """One message; its own fields, not those of a ticket or authenticator inside the pre-authentication data."""

    def __init__(self, frame, fields):
        self.frame = frame
        self.type = int(fields.first('kerberos.msg_type'))
        self.padata = [int(value) for value in fields.all('kerberos.padata_type')]
        self.own = fields.split(lambda name, _: name == 'kerberos.req_body_element')[-1]
        self.ticket = self.own.split(lambda name, _: name == 'kerberos.ticket_element')[-1]

    def name(self, part):
        return '/'.join(self.own.all(part)) or None

    def key(self):
        ends = (self.frame.source, self.frame.destination)
        return ends if self.type in KINDS else ends[::-1]


def messages(capture):
    for frame in tshark.frames(capture, FILTER):
        for pdu in frame.pdus:
            if pdu.name == 'kerberos' and pdu.has('kerberos.msg_type'):
                yield Message(frame, pdu)


def exchanges(capture):
    """Requests with their answers; a request repeated before its answer is the same one."""
    waiting = {}
    for message in messages(capture):
        if message.type in KINDS:
            waiting.setdefault(message.key(), message)
        elif message.key() in waiting:
            yield waiting.pop(message.key()), message
    yield from ((message, None) for message in waiting.values())


def facts(capture):
    """(kind, connection, what, where, community id) of every exchange."""
    for asked, answered in exchanges(capture):
        client = answered.name('kerberos.CNameString') if answered else None
        error = answered.own.number('kerberos.error_code') if answered else None
        etype = answered.ticket.number('kerberos.etype') if answered and answered.type != ERROR else None
        what = (client or asked.name('kerberos.CNameString'), asked.name('kerberos.SNameString'),
                asked.own.first('kerberos.realm'), tuple(int(value) for value in asked.own.all('kerberos.ENCTYPE')),
                len(asked.padata), error, etype)
        yield KINDS[asked.type], '%s > %s' % asked.key(), what, 'frame %d' % asked.frame.number, asked.frame.community_id
