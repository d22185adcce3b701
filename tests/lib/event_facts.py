"""The sensor's events as the same facts that wire_facts.py draws from tshark."""
import token_facts
from wire_facts import SMB1_DIALECT, Fact, account, shown

DIALECT_SPELLINGS = {'1.0': SMB1_DIALECT}


def facts(events):
    """Every fact of the events, by kind in the order of their requests."""
    found = []
    for event in sorted(events, key=lambda event: (event['time'], event['seq'])):
        for kind, what in MAKERS[event['kind']](event, event['body']):
            found.append(Fact(kind, connection(event), what, 'seq %d' % event['seq']))
    ids = {(connection(event), event['community_id']): 'seq %d' % event['seq'] for event in events}
    return found + [Fact('community_id', ends, (community_id,), where) for (ends, community_id), where in ids.items()]


def connection(event):
    return '%s > %s' % (end(event['client']), end(event['server']))


def end(endpoint):
    return '%s:%d' % (endpoint['ip'], endpoint['port'])


def negotiate(event, body):
    yield 'negotiate', (DIALECT_SPELLINGS.get(body['dialect'], body['dialect']), shown(event['status']))


def session_setup(event, body):
    yield 'session_setup', (logon(body['token']) or smb1_logon(body), shown(event['status']))
    yield from token_facts.of_event(body['token'], body['answer'])


def logon(token):
    """('ntlm', account, workstation), ('kerberos', service) or None."""
    if token and token['ntlm_authenticate']:
        said = {key: token['ntlm_authenticate'][key] or '' for key in ('domain', 'user', 'workstation')}
        return 'ntlm', account(said['domain'], said['user']), said['workstation']
    if token and token['kerberos']:
        return 'kerberos', token['kerberos']['service']
    return None


def smb1_logon(body):
    """SMB1 without extended security names the account outside any token."""
    return ('ntlm', account(body['domain'] or '', body['account']), '') if body['account'] and not body['token'] else None


def tree_connect(event, body):
    yield 'tree_connect', (body['path'], shown(event['status']))


def create(event, body):
    yield 'create', (body['share'], body['path'], shown(event['status']))


def transfer(_, body):
    if body['bytes']:
        yield 'transfer', (body['path'], body['direction'], body['bytes'])


def rename(event, body):
    yield 'rename', (body['path'], body['new_path'], shown(event['status']))


def set_end(event, body):
    if body['zeroed_from'] is not None:
        yield 'zeroed', (body['path'], shown(event['status']))
        return
    yield 'set_end', (body['path'], body['new_size'], body['new_allocation'], shown(event['status']))


def set_security(event, body):
    yield 'set_security', (body['path'], tuple(body['parts']), shown(event['status']))


def rap(event, body):
    yield 'rap', (body['function'], body['result'], shown(event['status']))


def link(event, body):
    yield 'link', (body['new_path'], shown(event['status']))


def copy(event, body):
    yield 'copy', (body['path'], body['asked_bytes'], body['bytes'], shown(event['status']))


def delete(event, body):
    if body['taken_back']:              # no deletion; tshark does not say what was to be taken back
        return
    if body['by'] == 'disconnect':      # a connection that ends is not answered; what tshark has is the answer to the Create
        yield 'delete', (body['path'], shown(0))
        return
    yield 'delete', (body['path'], shown(event['status']))


def pipe(_, body):
    if body['bytes_to_server'] or body['bytes_to_client']:
        yield 'pipe', (body['name'], body['bytes_to_server'], body['bytes_to_client'])


def encrypted(_, body):
    """Only the totals at the end; the first sealed message is announced by an event of its own."""
    if body['final']:
        yield 'encrypted', (body['messages_to_server'], body['messages_to_client'])


def rpc_bind(_, body):
    contexts = body['contexts']
    if body['pdu'] != 'auth3':
        yield 'rpc_bind', (body['pdu'], tuple((c['id'], c['uuid'], c['version'] & 0xffff, c['accepted']) for c in contexts))
    who = logon(body['token'])
    if who:
        yield 'rpc_logon', who
    yield from token_facts.of_event(body['token'], body['answer'])


def rpc_call(event, body):
    call = (body['uuid'], body['opnum'], body['call_id'])
    if body['fault']:
        yield 'rpc_call', call + ('fault ' + shown(event['status']),)
    else:
        yield 'rpc_call', call + ('answered' if event['response_time'] else None,)
    if body['return_code'] is not None:
        yield 'rpc_return', call + (shown(body['return_code']),)


def krb_exchange(body):
    return (body['client'], body['service'], body['realm'], tuple(body['offered_etypes']), len(body['preauth_types']),
            body['error'], body['ticket_etype'])


def krb_as(_, body):
    yield 'krb_as', krb_exchange(body)


def krb_tgs(_, body):
    yield 'krb_tgs', krb_exchange(body)


def nothing(*_):
    return ()


MAKERS = {
    'flow.summary': nothing,
    'krb.ap': nothing,  # the ticket of a logon that is compared
    'krb.as': krb_as,
    'krb.tgs': krb_tgs,
    'rpc.bind': rpc_bind,
    'rpc.call': rpc_call,
    'sensor.health': nothing,
    'smb.copy': copy,
    'smb.create': create,
    'smb.delete': delete,
    'smb.encrypted': encrypted,
    'smb.link': link,
    'smb.negotiate': negotiate,
    'smb.pipe': pipe,
    'smb.rap': rap,
    'smb.rename': rename,
    'smb.session_setup': session_setup,
    'smb.set_end': set_end,
    'smb.set_security': set_security,
    'smb.transfer': transfer,
    'smb.tree_connect': tree_connect,
}
