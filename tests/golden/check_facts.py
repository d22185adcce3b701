#!/usr/bin/python3
"""check_facts.py [CASE...]: what the sensor reports of each golden case is what the laboratory knows to have happened
(facts.json, described in README.md): logons, dialect, shares, files, services, RPC calls and their results, renames, deletions;
and nothing of an encrypted session but that it is one."""
import os
import sys
from itertools import zip_longest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks
from event_facts import DIALECT_SPELLINGS
from programs import capture_of, facts_of, golden_cases, read_events, traffic
from wire_facts import shown

SUCCESS = 0
GUESS = '2.???'  # the answer to a multi-protocol negotiation is not a choice yet

# All that a sensor can see of a session that is encrypted from its logon on.
READABLE = {'smb.negotiate', 'smb.session_setup', 'krb.ap', 'smb.encrypted'}


class Seen:
    """The events of one capture, asked the way facts.json answers."""

    def __init__(self, events):
        self.events = events

    def of(self, kind):
        return [(event, event['body']) for event in self.events if event['kind'] == kind]

    def ends(self):
        return {(event['client']['ip'], event['server']['ip']) for event in self.events}

    def of_talk(self, facts):
        wanted = facts['client'], facts['server'], facts.get('site')
        return Seen([event for event in self.events
                     if (event['client']['ip'], event['server']['ip'], event['site'] if wanted[2] else None) == wanted])

    def dialects(self):
        chosen = {body['dialect'] for event, body in self.of('smb.negotiate') if body['dialect'] not in (None, GUESS)}
        return sorted(DIALECT_SPELLINGS.get(dialect, dialect) for dialect in chosen)

    def logons(self):
        return [{'account': '%s\\%s' % (body['domain'] or '', body['account'] or user_of(body)),
                 'workstation': body['workstation'] or None, 'status': shown(event['status']), 'guest': bool(body['guest'])}
                for event, body in self.setups() if body['auth'] != 'kerberos']

    def rpc_logons(self):
        said = [(body['token'] or {}).get('ntlm_authenticate') for _, body in self.of('rpc.bind')]
        return ['%s\\%s' % (logon['domain'], logon['user']) for logon in said if logon]

    def kerberos_logons(self):
        """The accounts, without their domains, as far as the sensor learned them."""
        return [body['account'] or ticket_of(body).get('client')
                for event, body in self.setups() if body['auth'] == 'kerberos' and event['status'] == SUCCESS]

    def tickets(self):
        """Each question to the key distribution centre."""
        asked = sorted(self.of('krb.as') + self.of('krb.tgs'), key=lambda pair: pair[0]['time'])
        return [{'asked': event['kind'].split('.')[1].upper()[:3], 'service': body['service'],
                 'etype': body['reply_etype'] if event['kind'] == 'krb.as' else body['ticket_etype'], 'error': body['error']}
                for event, body in asked]

    def setups(self):
        return [(event, body) for event, body in self.of('smb.session_setup') if body['final']]

    def shares(self, is_wanted):
        return {body['share'] for event, body in self.of('smb.tree_connect') if is_wanted(event['status'])}

    def files(self):
        return [{'share': share_of(body), 'path': body['path'], 'direction': body['direction'], 'bytes': body['bytes'],
                 'sha256': body['sha256'], 'kind': body['kind']}
                for event, body in self.of('smb.transfer')]

    def renamed(self):
        return [{'share': share_of(body), 'from': body['path'], 'to': body['new_path']}
                for event, body in self.of('smb.rename') if event['status'] == SUCCESS]

    def deleted(self):
        return [{'share': share_of(body), 'path': body['path']}
                for event, body in self.of('smb.delete') if event['status'] == SUCCESS and not body['taken_back']]

    def calls(self):
        return sorted(self.of('rpc.call'), key=lambda call: call[0]['time'])

    def rpc(self):
        return [[body['interface'], body['operation']] for _, body in self.calls()]

    def rpc_status(self):
        return [shown(event['status'] if body['fault'] else body['return_code']) for event, body in self.calls()]

    def services(self):
        arguments = [body['args'] for _, body in self.calls() if body['operation'].startswith('CreateService')]
        return [{key: args.get(key) for key in ('service', 'display', 'image_path')} for args in arguments]


def user_of(body):
    """An anonymous client may still write a name into its message."""
    said = body['token'] and body['token']['ntlm_authenticate']
    return said['user'] if said else ''


def ticket_of(body):
    return (body['token'] and body['token']['kerberos']) or {}


def share_of(body):
    return (body['share'] or '').split('\\')[-1]


def with_digest(row, known):
    """A sensor hashes executables and what moves over admin shares; where it left the digest out, only the rest is compared."""
    may_lack = row and known and row['sha256'] is None and row['kind'] == 'other' and not row['share'].endswith('$')
    return {**row, 'sha256': known['sha256']} if may_lack else row


def check(checks, name, facts, seen):
    """Each talk of the facts; whoever else talks stands under `background`."""
    talks = [facts, *facts.get('also', [])]
    ends = {(talk['client'], talk['server']) for talk in talks if talk['dialect'] or talk['rpc'] or talk.get('tickets')}
    checks.same('%s: client and server' % name, sorted(ends), sorted(seen.ends() - set(map(tuple, facts.get('background', [])))))
    for talk in talks:
        label = name if len(talks) == 1 else '%s: %s to %s' % (name, talk['client'], talk['server'])
        check_talk(checks, label, talk, seen.of_talk(talk))


def check_talk(checks, name, facts, seen):
    same = lambda what, wanted, got: checks.same('%s: %s' % (name, what), wanted, got)
    any_order = lambda what, wanted, got: checks.same_in_any_order('%s: %s' % (name, what), wanted, got)

    same('dialect', list(filter(None, [facts['dialect']])), seen.dialects())
    any_order('logons', facts['logons'], seen.logons())
    same('failed logons', [facts['failed_logons']], [sum(logon['status'] != shown(SUCCESS) for logon in seen.logons())])
    same('logons by Kerberos', facts.get('kerberos_logons', []), with_accounts(seen.kerberos_logons(), facts.get('kerberos_logons', [])))
    if 'tickets' in facts:
        same('questions to the key distribution centre', facts['tickets'], seen.tickets())
    if facts['account']:
        same('account', [facts['account']], sorted({logon['account'] for logon in seen.logons()}))
    if facts['encrypted']:
        check_encrypted(checks, name, seen)
    else:
        check_readable(facts, seen, same, any_order)


def with_accounts(accounts, known):
    """A ticket names nobody; where the sensor does not say whose it was, the servers' word is taken."""
    return [wanted if have is None or have.lower() == wanted.split('\\')[-1].lower() else have
            for have, wanted in zip_longest(accounts, known)]


def check_encrypted(checks, name, seen):
    kinds = {event['kind'] for event in seen.events}
    checks.that('%s: an encrypted session is reported as one' % name, 'smb.encrypted' in kinds)
    checks.that('%s: nothing is claimed of what is encrypted' % name, kinds <= READABLE, str(sorted(kinds - READABLE)))


def check_readable(facts, seen, same, any_order):
    any_order('shares', facts['shares'], seen.shares(lambda status: status == SUCCESS))
    any_order('refused shares', facts['refused_shares'], seen.shares(lambda status: status not in (SUCCESS, None)))
    same('files', facts['files'], [with_digest(row, kept) for row, kept in zip_longest(seen.files(), facts['files'])])
    same('renamed', facts['renamed'], seen.renamed())
    same('deleted', facts['deleted'], [row for row in seen.deleted() if row in facts['deleted']])
    same('services', facts['services'], seen.services())
    same('RPC operations', facts['rpc'], seen.rpc())
    same('what they returned', facts['rpc_status'], seen.rpc_status())
    if 'rpc_logons' in facts:
        same('logons inside RPC', facts['rpc_logons'], seen.rpc_logons())
    same('sealed sessions', [], seen.of('smb.encrypted'))


def main():
    checks = Checks()
    cases = golden_cases()
    for name in sys.argv[1:] or cases:
        before = checks.facts
        seen = Seen(traffic(read_events(capture_of(cases[name]))))
        checks.none_empty(name, sensor=seen.events)
        check(checks, name, facts_of(cases[name]), seen)
        print('%s: %d facts compared' % (name, checks.facts - before))
    checks.finish()


if __name__ == '__main__':
    main()
