"""What security tokens say, message by message: of tshark's fields and of the sensor's events, so that they can be compared.

A fact is (kind, what); where a token stood and whose it was says the caller."""
import datetime
import re

IDENTIFIER = 'ntlmssp.identifier'
NEGOTIATE, CHALLENGE, AUTHENTICATE = 1, 2, 3
NTLMV1_BYTES = 24                                       # [MS-NLMP] 2.2.2.8: a longer response is NTLMv2's

INFO = 'ntlmssp.challenge.target_info.'
BLOB = 'ntlmssp.ntlmv2_response.'
NAMES = ('nb_computer_name', 'nb_domain_name', 'dns_computer_name', 'dns_domain_name', 'dns_tree_name')


# ---- of tshark ----------------------------------------------------------------------------------------------------------

def of_wire(fields):
    """Each NTLMSSP message and each ticket shown (AP-REQ) in ${fields}, in order."""
    for part in fields.split(lambda name, _: name == IDENTIFIER)[1:]:
        yield from WIRE_MAKERS.get(part.number('ntlmssp.messagetype'), nothing)(part)
    for part in fields.split(lambda name, _: name == 'kerberos.ap_req_element')[1:]:
        etypes = [int(value) for value in part.all('kerberos.etype')]
        yield 'ticket', (part.first('kerberos.realm'), '/'.join(part.all('kerberos.SNameString')[:2]), *etypes[:2])


def nothing(_):
    return ()


def version(fields):
    numbers = [fields.first('ntlmssp.version.' + part) for part in ('major', 'minor', 'build_number')]
    return None if None in numbers else '.'.join(numbers)


def text(value):
    return None if value in (None, '', 'NULL') else value


def moment(value):
    """'Nov 23, 2026 04:03:32.817622000 UTC' as the events write it, to the microsecond."""
    if value is None:
        return None
    date, fraction = re.match(r'(.*?)\.(\d+) UTC', value).groups()
    parsed = datetime.datetime.strptime(re.sub(' +', ' ', date), '%b %d, %Y %H:%M:%S')
    return '%s.%s' % (parsed.isoformat(), fraction[:6])


def av_ids(fields, prefix):
    return tuple(int(value, 0) for value in fields.all(prefix + 'item.type') if int(value, 0))


def wire_negotiate(fields):
    yield 'ntlm_negotiate', (fields.number('ntlmssp.negotiateflags'), version(fields))


def wire_challenge(fields):
    names = tuple(text(fields.first(INFO + name)) for name in NAMES)
    yield 'ntlm_challenge', (fields.number('ntlmssp.negotiateflags'), text(fields.first('ntlmssp.challenge.target_name')), *names,
                             av_ids(fields, INFO), moment(fields.first(INFO + 'timestamp')), version(fields))


def wire_authenticate(fields):
    names = [text(fields.first('ntlmssp.auth.' + name)) for name in ('domain', 'username', 'hostname')]
    response = fields.first('ntlmssp.auth.ntresponse') or ''
    yield 'ntlm_authenticate', (fields.number('ntlmssp.negotiateflags'), *names, response.count(':') >= NTLMV1_BYTES,
                                av_ids(fields, BLOB), text(fields.first(BLOB + 'target_name')),
                                text(fields.first(BLOB + 'nb_computer_name')), text(fields.first(BLOB + 'dns_computer_name')),
                                moment(fields.first(BLOB + 'time')), version(fields))


WIRE_MAKERS = {NEGOTIATE: wire_negotiate, CHALLENGE: wire_challenge, AUTHENTICATE: wire_authenticate}


# ---- of events ----------------------------------------------------------------------------------------------------------

def of_event(*tokens):
    """The same of the tokens of one exchange: the request's and the answer's."""
    for token in tokens:
        for key, make in EVENT_MAKERS.items():
            if token and token[key]:
                yield from make(token[key])


def seconds(value):
    return value and value[:26]


def event_negotiate(said):
    yield 'ntlm_negotiate', (said['flags'], said['version'])


def event_challenge(said):
    yield 'ntlm_challenge', (said['flags'], text(said['target_name']), *(text(said[name]) for name in NAMES), tuple(said['av_ids']),
                             seconds(said['timestamp']), said['version'])


def event_authenticate(said):
    """Not what SMB1 says without NTLMSSP, which has no flags."""
    if said['flags']:
        names = [text(said[name]) for name in ('domain', 'user', 'workstation')]
        yield 'ntlm_authenticate', (said['flags'], *names, said['response'] == 'ntlmv2', tuple(said['av_ids']), text(said['target_name']),
                                    text(said['nb_computer_name']), text(said['dns_computer_name']), seconds(said['timestamp']),
                                    said['version'])


def event_ticket(said):
    yield 'ticket', (said['realm'], said['service'], said['etype'], said['authenticator_etype'])


EVENT_MAKERS = {'ntlm_negotiate': event_negotiate, 'ntlm_challenge': event_challenge, 'ntlm_authenticate': event_authenticate,
                'kerberos': event_ticket}
