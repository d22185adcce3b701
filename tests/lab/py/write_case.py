#!/usr/bin/python3
"""write_case.py: facts.json and README.md of one recording, from the laboratory's own evidence, after tshark and
the servers agreed with it. Exits 1 and names what differs when they do not."""
import argparse
import json
import os
import sys
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(HERE, '../../lib'))
import protocol_tests

from evidence import (Notes, audit, kdc_checks, created_services, describe_file, json_lines, of_client, rpc_logons, scm_calls, session_keys,
                      started_images)
from readme import render, render_torture
from wire import Capture


# Errors of the key distribution centre (RFC 4120 7.5.9)
PREAUTH_REQUIRED, RESPONSE_TOO_BIG = 25, 52
KEY_WAS_RIGHT = (None, RESPONSE_TOO_BIG)

Part = namedtuple('Part', 'talk facts server')


class Server:
    """What the server of a talk knows about it."""

    def __init__(self, lab, talk):
        logs = os.path.join(lab, talk.server, 'log')
        self.scm = of_client(json_lines(os.path.join(logs, 'scm.jsonl')), talk.client_ip)
        self.logons = audit(os.path.join(logs, 'auth.json'), 'Authentication', talk)
        self.sessions = audit(os.path.join(logs, 'auth.json'), 'Authorization', talk)
        self.rpc_logons = rpc_logons(os.path.join(logs, 'auth.json'), talk)
        self.keys_checked = kdc_checks(os.path.join(logs, 'auth.json'), talk)
        self.session_keys = session_keys(os.path.join(logs, 'smbd.log'))


def facts_of(talk, encrypted, server, wire):
    calls, logons = wire.calls(), wire.logons()
    return {
        'client': talk.client_ip,
        'server': talk.server_ip,
        'account': talk.account,
        'dialect': talk.dialect,
        'encrypted': encrypted,
        'shares': list(dict.fromkeys(talk.column('share'))),
        'refused_shares': sorted({share for share, status in wire.trees() if status != '0x00000000'}),
        'files': files_of(talk, server.scm),
        'renamed': [dict(zip(('share', 'from', 'to'), row)) for row in talk.of('renamed')],
        'deleted': [dict(zip(('share', 'path'), row)) for row in talk.of('deleted')],
        'services': created_services(server.scm),
        'rpc': [[interface, operation] for interface, operation, _ in calls],
        'rpc_status': [status for _, _, status in calls],
        'logons': logons,
        'failed_logons': sum(logon['status'] != '0x00000000' for logon in logons),
        'rpc_logons': wire.rpc_logons(),
        'tickets': wire.tickets(),
        'kerberos_logons': ['%s\\%s' % (row['domain'], row['account']) for row in server.sessions if row['authType'] == 'krb5'],
    }


def files_of(talk, scm_log):
    files = [{'share': share, 'path': path, 'direction': direction, **describe_file(source)}
             for direction, share, path, source in talk.of('file')]
    images = {image['path']: image for image in started_images(scm_log)}
    for share, path in talk.of('image'):
        files.append({'share': share, 'path': path, 'direction': 'write', 'bytes': images[path]['bytes'],
                      'sha256': images[path]['sha256'], 'kind': 'pe32'})
    return files


def differences(facts, server, wire):
    """Sentences for whatever the three witnesses (notes, servers, tshark) disagree about."""
    yield from logon_differences(facts, server.logons)
    yield from tree_differences(facts, wire)
    yield from file_differences(facts, wire)
    yield from service_differences(facts, server.scm, wire)
    yield from ticket_differences(facts, server.keys_checked)
    if wire.tickets_shown() != len(facts['kerberos_logons']):
        yield 'logons with a ticket on the wire: %d, smbd saw %s' % (wire.tickets_shown(), facts['kerberos_logons'])
    if wire.dialects() != list(filter(None, [facts['dialect']])):
        yield 'dialects on the wire: %s' % wire.dialects()
    if not server.scm and server.rpc_logons != facts['rpc_logons']:         # what the stand-in answers, Samba does not log
        yield 'logons inside RPC on the wire: %s, Samba saw %s' % (facts['rpc_logons'], server.rpc_logons)
    for row in facts['renamed']:
        if not wire.says(row['to']):
            yield 'no rename to %s on the wire' % row['to']


def logon_differences(facts, seen):
    # smbd records the failure of a logon it then lets in as guest
    failed = sum(row['status'] != 'NT_STATUS_OK' for row in seen)
    unproved = facts['failed_logons'] + sum(logon['guest'] for logon in facts['logons'])
    if (len(seen), failed) != (len(facts['logons']), unproved):
        yield 'smbd saw %d logons, %d failed; the wire %d, %d' % (len(seen), failed, len(facts['logons']), unproved)
    wanted = {facts['account']}
    if facts['account'] and {logon['account'] for logon in facts['logons']} != wanted:
        yield 'accounts on the wire: %s' % facts['logons']
    if facts['account'] and {'%s\\%s' % (row['clientDomain'], row['clientAccount']) for row in seen} != wanted:
        yield 'accounts smbd saw: %s' % seen


def ticket_differences(facts, checked):
    """The controller logs each time it checked a key: the AS exchanges but those it answered with "name yourself first"."""
    wanted = [row['error'] in KEY_WAS_RIGHT for row in facts['tickets'] if row['asked'] == 'AS' and row['error'] != PREAUTH_REQUIRED]
    if wanted != checked:
        yield 'keys shown in AS exchanges: %s, and as the controller logged them: %s' % (wanted, checked)


def tree_differences(facts, wire):
    connected = {share for share, status in wire.trees() if status == '0x00000000'}
    if connected != set(facts['shares']):
        yield 'shares on the wire: %s' % sorted(connected)


def file_differences(facts, wire):
    objects, moves = wire.objects(), wire.moves()
    for f in facts['files']:
        if f['sha256'] not in objects.get(f['path'], ()):
            yield 'tshark exports %s as %s' % (f['path'], objects.get(f['path']))
        if not moves[f['direction'], f['path']]:
            yield 'no %s of %s on the wire' % (f['direction'], f['path'])


def service_differences(facts, scm_log, wire):
    done = [(row['interface'], row['op'], '0x%08x' % row['status']) for row in scm_calls(scm_log)]
    answered_here = {interface for interface, _, _ in done}
    seen = [call for call in wire.calls() if call[0] in answered_here]
    if len(seen) != len(done) or not all(map(says_the_same, seen, done)):
        yield 'calls on the wire: %s\n  in the stand-in: %s' % (seen, done)
    wanted = [(s['service'], s['display'], s['image_path']) for s in facts['services']]
    if wire.services() != wanted:
        yield 'services on the wire: %s, in the service manager: %s' % (wire.services(), wanted)


def says_the_same(seen, done):
    """What is sealed shows the operation alone."""
    return seen[:2] == done[:2] and seen[2] in (None, done[2])


def all_facts(parts, background):
    """Those of the first talk, with those of the others beside them. Where sites use the same addresses each says its own."""
    one_site = len({part.talk.site for part in parts}) == 1
    first, *others = [part.facts if one_site else {'site': part.talk.site, **part.facts} for part in parts]
    return {**first, **({'also': others} if others else {}), **({'background': background} if background else {})}


def background_of(notes, parts):
    """Who else may be seen talking: everybody asks a domain's controller."""
    talks = {(part.talk.client_ip, part.talk.server_ip) for part in parts}
    controllers = [ip for _, ip, role in notes.of('host') if role == 'controller']
    pairs = [(ip, controller) for controller in controllers for _, ip, _ in notes.of('host') if ip != controller]
    return [list(pair) for pair in pairs if pair not in talks]


def as_json(facts):
    """One key a line, and one item a line in the lists."""
    def value(v):
        if not isinstance(v, list) or not v:
            return json.dumps(v, ensure_ascii=False)
        return '[\n    ' + ',\n    '.join(json.dumps(item, ensure_ascii=False) for item in v) + '\n  ]'
    return '{\n' + ',\n'.join('  "%s": %s' % (key, value(v)) for key, v in facts.items()) + '\n}\n'


def write_torture(args, notes, versions):
    """Protocol tests: what they did is known from the wire alone, as tshark reads it."""
    found = protocol_tests.compare(args.lab)
    wrong = found['differing_facts'] + [line for row in found['tests'] for line in row['differs']]
    if wrong:
        sys.exit('\n'.join(['%s: tshark and the sensor disagree' % args.case] + wrong))
    write(args, 'README.md', render_torture(args.case, notes, found, versions))


def write_tools(args, notes, versions):
    encrypted = notes.settings['encrypt'] == 'required'
    talks = notes.talks()
    servers = [Server(args.lab, talk) for talk in talks]
    keys = sorted({key for server in servers for key in server.session_keys}) if encrypted else []
    captures = {site: Capture(os.path.join(args.lab, site + '.pcap'), keys) for site in {talk.site for talk in talks}}
    parts, wrong = [], []
    for talk, server in zip(talks, servers):
        wire = captures[talk.site].between(talk.client_ip, talk.server_ip)
        facts = facts_of(talk, encrypted, server, wire)
        wrong += ['%s to %s: %s' % (talk.client, talk.server, line) for line in differences(facts, server, wire)]
        parts.append(Part(talk, facts, server))
    if wrong:
        sys.exit('\n'.join(['%s: the witnesses disagree' % args.case] + wrong))

    write(args, 'facts.json', as_json(all_facts(parts, background_of(notes, parts))))
    write(args, 'README.md', render(args.case, notes, parts, versions, keys))


def write(args, name, text):
    with open(os.path.join(args.out, name), 'w') as f:
        f.write(text)


def main():
    parser = argparse.ArgumentParser()
    for name in ('case', 'lab', 'out'):
        parser.add_argument('--' + name, required=True)
    args = parser.parse_args()

    notes = Notes(os.path.join(args.lab, 'truth.tsv'))
    with open(os.path.join(args.lab, 'versions')) as f:
        versions = f.read().splitlines()
    {'tools': write_tools, 'torture': write_torture}[notes.settings['traffic']](args, notes, versions)


if __name__ == '__main__':
    main()
