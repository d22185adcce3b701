#!/usr/bin/python3
"""write_case.py: facts.json and README.md of one recording, from the laboratory's own evidence, after tshark and
the servers agreed with it. Exits 1 and names what differs when they do not."""
import argparse
import json
import os
import sys

from evidence import Notes, created_services, describe_file, json_lines, scm_calls, session_keys, smbd_logons, started_images
from readme import render
from wire import Wire


def facts_of(notes, scm_log, wire):
    settings = notes.settings
    calls, logons = wire.calls(), wire.logons()
    return {
        'client': settings['client_ip'],
        'server': settings['server_ip'],
        'account': settings['account'] or None,
        'dialect': settings['dialect'],
        'encrypted': settings['encrypt'] == 'required',
        'shares': notes.column('share'),
        'refused_shares': sorted({share for share, status in wire.trees() if status != '0x00000000'}),
        'files': files_of(notes, scm_log),
        'renamed': [dict(zip(('share', 'from', 'to'), row)) for row in notes.of('renamed')],
        'deleted': [dict(zip(('share', 'path'), row)) for row in notes.of('deleted')],
        'services': created_services(scm_log),
        'rpc': [[interface, operation] for interface, operation, _ in calls],
        'rpc_status': [status for _, _, status in calls],
        'logons': logons,
        'failed_logons': sum(logon['status'] != '0x00000000' for logon in logons),
    }


def files_of(notes, scm_log):
    files = [{'share': share, 'path': path, 'direction': direction, **describe_file(source)}
             for direction, share, path, source in notes.of('file')]
    images = {image['path']: image for image in started_images(scm_log)}
    for share, path in notes.of('image'):
        files.append({'share': share, 'path': path, 'direction': 'write', 'bytes': images[path]['bytes'],
                      'sha256': images[path]['sha256'], 'kind': 'pe32'})
    return files


def differences(facts, scm_log, audit, wire):
    """Sentences for whatever the three witnesses (notes, servers, tshark) disagree about."""
    yield from logon_differences(facts, audit)
    yield from tree_differences(facts, wire)
    yield from file_differences(facts, wire)
    yield from service_differences(facts, scm_log, wire)
    if wire.dialects() != [facts['dialect']]:
        yield 'dialects on the wire: %s' % wire.dialects()
    for row in facts['renamed']:
        if not wire.says(row['to']):
            yield 'no rename to %s on the wire' % row['to']


def logon_differences(facts, audit):
    # smbd records the failure of a logon it then lets in as guest
    failed = sum(row['status'] != 'NT_STATUS_OK' for row in audit)
    unproved = facts['failed_logons'] + sum(logon['guest'] for logon in facts['logons'])
    if (len(audit), failed) != (len(facts['logons']), unproved):
        yield 'smbd saw %d logons, %d failed; the wire %d, %d' % (len(audit), failed, len(facts['logons']), unproved)
    wanted = {facts['account']}
    if facts['account'] and {logon['account'] for logon in facts['logons']} != wanted:
        yield 'accounts on the wire: %s' % facts['logons']
    if facts['account'] and {'%s\\%s' % (row['clientDomain'], row['clientAccount']) for row in audit} != wanted:
        yield 'accounts smbd saw: %s' % audit


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
    seen = [(operation, status) for interface, operation, status in wire.calls() if interface == 'svcctl']
    done = [(row['op'], '0x%08x' % row['status']) for row in scm_calls(scm_log)]
    if scm_log and seen != done:
        yield 'svcctl on the wire: %s\n  in the service manager: %s' % (seen, done)
    wanted = [(s['service'], s['display'], s['image_path']) for s in facts['services']]
    if wire.services() != wanted:
        yield 'services on the wire: %s, in the service manager: %s' % (wire.services(), wanted)


def as_json(facts):
    """One key a line, and one item a line in the lists."""
    def value(v):
        if not isinstance(v, list) or not v:
            return json.dumps(v, ensure_ascii=False)
        return '[\n    ' + ',\n    '.join(json.dumps(item, ensure_ascii=False) for item in v) + '\n  ]'
    return '{\n' + ',\n'.join('  "%s": %s' % (key, value(v)) for key, v in facts.items()) + '\n}\n'


def main():
    parser = argparse.ArgumentParser()
    for name in ('case', 'lab', 'server', 'out'):
        parser.add_argument('--' + name, required=True)
    args = parser.parse_args()

    notes = Notes(os.path.join(args.lab, 'truth.tsv'))
    scm_log = json_lines(os.path.join(args.lab, 'scm.jsonl'))
    smbd_log = os.path.join(args.lab, args.server, 'log/smbd.log')
    keys = session_keys(smbd_log) if notes.settings['encrypt'] == 'required' else []
    wire = Wire(os.path.join(args.lab, 'capture.pcap'), keys)

    facts = facts_of(notes, scm_log, wire)
    wrong = list(differences(facts, scm_log, smbd_logons(smbd_log), wire))
    if wrong:
        sys.exit('\n'.join(['%s: the witnesses disagree' % args.case] + wrong))

    with open(os.path.join(args.out, 'facts.json'), 'w') as f:
        f.write(as_json(facts))
    with open(os.path.join(args.lab, 'versions')) as f:
        versions = f.read().splitlines()
    with open(os.path.join(args.out, 'README.md'), 'w') as f:
        f.write(render(args.case, notes, facts, scm_log, versions, keys))


if __name__ == '__main__':
    main()
