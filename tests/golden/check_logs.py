#!/usr/bin/python3
"""check_logs.py: the public captures that come with their servers' logs get the verdicts they must, with the logs as they are and
with records taken away, cut, shuffled, repeated or split. The logs are read from ../shared/captures/logs (CAPTURES=FOLDER)."""
import json
import os
import random
import sys
import tempfile
from datetime import datetime, timedelta

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks, skip
from programs import PUBLIC, analyze

SERVICE, WMI = 'sharpsc-create-service', 'wmi-exec-sealed'
CAPTURES = {SERVICE: 'sharpsc-create-service.cap', WMI: 'wmi-exec-sealed.pcap'}

# The two wire sessions of the service's installation: source port -> logon id on WORKSTATION6.
LOGONS = {54717: '0xba8b3e', 54736: '0xba93e3'}
SERVER = 'WORKSTATION6.theshire.local'
BEFORE_THE_LOG = 54710  # to the domain controller, IPC$ only, twenty seconds before its log begins
UTC_4 = -14400


def records(name):
    with open(os.path.join(PUBLIC, 'logs', name + '.jsonl'), encoding='utf-8') as f:
        return [json.loads(line) for line in f]


def is_of_logons(record):
    """By source address and by logon id, whatever event it is."""
    of_port = record.get('IpPort') in [str(port) for port in LOGONS]
    of_id = {record.get('TargetLogonId'), record.get('SubjectLogonId')} & set(LOGONS.values())
    return record['Hostname'] == SERVER and bool(of_port or of_id)


def alive(number, written, received):
    """Another logon on the server, by which its log lives."""
    return {'Hostname': SERVER, 'EventID': 4624, 'EventTime': written, '@timestamp': received, 'RecordNumber': number, 'Channel': 'Security',
            'SourceName': 'Microsoft-Windows-Security-Auditing', 'TargetUserName': 'WEC$', 'TargetDomainName': 'THESHIRE',
            'TargetLogonId': hex(number), 'LogonType': '3', 'IpAddress': '172.18.38.6', 'IpPort': str(number % 50000 + 1024),
            'AuthenticationPackageName': 'Kerberos', 'KeyLength': '0'}


ALIVE = [alive(80001, '2020-08-06 02:26:50', '2020-08-06T06:26:52.500Z'), alive(99001, '2020-08-06 02:28:30', '2020-08-06T06:28:32.500Z')]


def run(name, *logs, entries=None):
    """The document for the capture, held against each list of records."""
    with tempfile.TemporaryDirectory() as folder:
        options = []
        for i, log in enumerate(logs):
            path = os.path.join(folder, 'log%d.jsonl' % i)
            with open(path, 'w', encoding='utf-8') as f:
                f.writelines(json.dumps(record) + '\n' for record in log)
            options += ['--logs', path]
        if entries is not None:
            path = os.path.join(folder, 'baseline.json')
            with open(path, 'w', encoding='utf-8') as f:
                json.dump({'entries': entries}, f)
            options += ['--baseline', path]
        return analyze(os.path.join(PUBLIC, CAPTURES[name]), *options)[1]


def verdicts(document):
    """Source port -> verdict, '!' behind it where records are missing."""
    return {access['source_port']: access['verdict'] + '!' * ('missing_records' in access['findings']) for access in document['accesses']}


def both(verdict):
    return {port: verdict for port in LOGONS}


def offsets(document):
    return {clock['host']: (clock['offset_seconds'], clock['offset_by']) for source in document['sources'] for clock in source['clocks']}


def check_service(checks):
    log = records(SERVICE)
    gone = [record for record in log if not is_of_logons(record)]
    without_4624 = [record for record in log if not (is_of_logons(record) and record['EventID'] == 4624)]
    anyone = [{'source': '172.18.39.5', 'reason': 'planned'}]
    cases = [
        ('without a log', both('unverified'), run(SERVICE)),
        ('with its log', both('unapproved'), run(SERVICE, log)),
        ('both logons erased', both('unlogged'), run(SERVICE, gone + ALIVE)),
        ('both logons erased, approved', both('unlogged'), run(SERVICE, gone + ALIVE, entries=anyone)),
        # Of the server a single record stays, of the second the service came to be; but its collector had the controller's before.
        ('both logons erased, nothing added', both('unlogged'), run(SERVICE, gone)),
        ('both logons erased, nothing added, approved', both('unlogged'), run(SERVICE, gone, entries=anyone)),
        ('both logons erased, and all that other hosts wrote', {54717: 'unverified', 54736: 'unverified'},
         run(SERVICE, [r for r in gone if r['Hostname'] == SERVER])),
        ('4624 erased', both('unapproved!'), run(SERVICE, without_4624)),
        ('4624 erased, approved', both('legitimate!'), run(SERVICE, without_4624, entries=anyone)),
        ('a log that ends before', both('unverified'), run(SERVICE, [r for r in log if r['EventTime'] < '2020-08-06 02:27:00'])),
        ('a log that ends between', {54717: 'unapproved', 54736: 'unverified'},
         run(SERVICE, [r for r in log if r['EventTime'] < '2020-08-06 02:27:25'])),
        ('nothing left of the server', both('unverified'), run(SERVICE, [r for r in gone if r['Hostname'] != SERVER])),
        ('approved', both('legitimate'), run(SERVICE, log, entries=anyone)),
        ('approved under the name that only the log gives', both('legitimate'),
         run(SERVICE, log, entries=[{'account': 'pgustavo', 'reason': 'planned'}])),
    ]
    for name, wanted, document in cases:
        checks.facts += len(wanted)
        checks.that(name, verdicts(document) == wanted, '%s, wanted %s' % (verdicts(document), wanted))
        checks.that('%s: each verdict says why' % name, all(access['evidence'] for access in document['accesses']))
        checks.that('%s: IPC$ alone is no admin access' % name, BEFORE_THE_LOG not in verdicts(document))


def check_whole(checks):
    document = run(SERVICE, records(SERVICE))
    access = next(a for a in document['accesses'] if a['source_port'] == 54717)
    checks.same('the offset of the clocks', [(SERVER, (UTC_4, 'logons'))], [i for i in offsets(document).items() if i[0] == SERVER])
    checks.same('offset of the source', [UTC_4], [source['offset_seconds'] for source in document['sources']])
    checks.same('evidence', ['4624 on WORKSTATION6.theshire.local at 2020-08-06 02:27:08 for THESHIRE.LOCAL\\pgustavo from '
                             '172.18.39.5:54717, offset -4 h'], access['evidence'])
    checks.same('records tied', [4624, 4634, 4672, 5140, 5145], sorted(r['event_id'] for r in access['log']['records']))
    checks.same('nothing that only the log has', [], document['log_only'])
    checks.that('the account of the log', access['account'] == 'THESHIRE.LOCAL\\pgustavo')


def check_log_only(checks):
    """An admin logon while the sensor listened, from a port that nobody saw."""
    unseen = alive(99002, '2020-08-06 02:27:20', '2020-08-06T06:27:22.500Z')
    privileges = {key: unseen[key] for key in ('Hostname', 'EventTime', '@timestamp', 'Channel', 'SourceName')}
    privileges.update(EventID=4672, RecordNumber=99003, SubjectLogonId=unseen['TargetLogonId'], SubjectUserName='WEC$')
    late = [{**r, 'EventTime': '2020-08-06 02:50:00', 'RecordNumber': r['RecordNumber'] + 10, '@timestamp': '2020-08-06T06:50:02.500Z'}
            for r in (unseen, privileges)]
    for name, more, wanted in (('4624 with 4672', [unseen, privileges], ['172.18.38.6']), ('4624 alone', [unseen], []),
                               ('while nobody listened', late, [])):
        document = run(SERVICE, records(SERVICE) + more)
        checks.same('seen by no sensor: ' + name, wanted, [row['source'] for row in document['log_only']])


def check_wmi(checks):
    document = run(WMI, records(WMI))
    controller = offsets(document).get('MORDORDC.theshire.local')
    checks.same('wmi: the offset follows from the tickets', [(UTC_4, 'logons')], [controller])
    checks.same('wmi: the target has no log', ['unverified'], list(verdicts(document).values()))
    checks.same('wmi: and the evidence says so', [['No log of 172.18.39.6 has been received.']], [a['evidence'] for a in document['accesses']])


def without_ports(log, seconds):
    """As a server writes whose times name their zone, whose clock is ${seconds} ahead, and whose records name no ports."""
    out = []
    for record in log:
        written = datetime.strptime(record['EventTime'], '%Y-%m-%d %H:%M:%S') - timedelta(seconds=UTC_4 - seconds)
        kept = {key: value for key, value in record.items() if key not in ('@timestamp', 'EventReceivedTime', 'Message', 'IpPort')}
        out.append({**kept, 'EventTime': written.strftime('%Y-%m-%dT%H:%M:%SZ'), 'IpPort': '-'})
    return out


def check_portless(checks):
    """A record without a port excuses the one access that it is nearest to."""
    whole = records(SERVICE) + [alive(80001, '2020-08-06 02:26:00', ''), alive(99001, '2020-08-06 02:58:30', '')]
    for seconds in (8, 20):
        document = run(SERVICE, without_ports(whole, seconds))
        checks.same('a clock %d s ahead, no ports: nobody is accused' % seconds, set(), set(verdicts(document).values()) & {'unlogged'})
    document = run(SERVICE, without_ports(whole, 8))
    checks.same('the evidence says what stands there', [True, True],
                [any('names no port and stands 7.1 s after' in sentence for sentence in access['evidence']) for access in document['accesses']])
    for port, logon in LOGONS.items():
        gone = [record for record in whole if not (record.get('IpPort') == str(port) or
                                                   logon in (record.get('TargetLogonId'), record.get('SubjectLogonId')))]
        told = verdicts(run(SERVICE, without_ports(gone, 8)))
        checks.same('the records of port %d gone, no ports, 8 s ahead' % port, {**{p: 'unverified' for p in LOGONS}, port: 'unlogged'},
                    {p: told.get(p) for p in LOGONS})


def minutes(first, last, **fields):
    """A record of the server each minute of two o'clock, UTC-4: a logon of somebody else's but for ${fields}."""
    return [{**alive(70000 + minute, '2020-08-06 02:%02d:00' % minute, '2020-08-06T06:%02d:01.500Z' % minute), **fields}
            for minute in range(first, last)]


def check_coverage(checks):
    """What may not be called unlogged: a channel vouches for itself alone, and only for what it has told."""
    system = {'Channel': 'System', 'SourceName': 'Service Control Manager', 'EventID': 7036}
    sysmon = {'Channel': 'Microsoft-Windows-Sysmon/Operational', 'SourceName': 'Microsoft-Windows-Sysmon', 'EventID': 1}
    others = [r for r in records(SERVICE) if r['Hostname'] != SERVER]
    own = {'IpAddress': '-', 'IpPort': '-'}
    cases = [
        ('Security exported before, System after', 'unverified', [minutes(10, 15) + minutes(10, 40, **system)]),
        ('Security caught up', 'unlogged', [minutes(10, 40) + minutes(10, 40, **system)]),
        ('logons at the console alone', 'unverified', [minutes(10, 40, LogonType='2')]),
        ('logons of remote desktops alone', 'unverified', [minutes(10, 40, LogonType='10')]),
        ('logons of services alone', 'unverified', [minutes(10, 40, LogonType='5', **own)]),
        ('privileges alone', 'unverified', [minutes(10, 40, EventID=4672)]),
        ('logoffs alone', 'unverified', [minutes(10, 40, EventID=4634)]),
        ('shares alone', 'unverified', [minutes(10, 40, EventID=5140, ShareName='\\\\*\\C$')]),
        ('processes alone', 'unverified', [minutes(10, 40, EventID=4688)]),
        ('services installed alone', 'unverified', [minutes(10, 40, EventID=4697)]),
        ('failures alone', 'unverified', [minutes(10, 40, EventID=4625)]),
        ('System alone beside other hosts\' logons', 'unverified', [others + minutes(10, 40, **system)]),
        ('Sysmon alone beside other hosts\' logons', 'unverified', [others + minutes(10, 40, **sysmon)]),
        ('privileges beside other hosts\' logons', 'unlogged', [others + minutes(10, 40, EventID=4672)]),
        ('logons told only afterwards', 'unverified', [minutes(10, 28, LogonType='2') + minutes(28, 40)]),
        ('an undated record of another source a day before', 'unlogged',
         [minutes(10, 40), [{**records(SERVICE)[0], 'Hostname': SERVER, 'EventTime': '2020-08-05 12:00:00', 'IpAddress': '172.18.39.5',
                             'IpPort': '54717', 'EventID': 4624, 'LogonType': '3', '@timestamp': None, 'EventReceivedTime': None}]]),
    ]
    for name, wanted, logs in cases:
        document = run(SERVICE, *logs)
        checks.facts += len(LOGONS)
        checks.that('coverage: ' + name, verdicts(document) == both(wanted), '%s, wanted %s' % (verdicts(document), wanted))


def check_unread(checks):
    """Lines that are cut may be the logon."""
    whole = [json.dumps(r) for r in records(SERVICE)]
    cut = [line[:len(line) // 2] if is_of_logons(json.loads(line)) else line for line in whole]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'cut.jsonl')
        with open(path, 'w', encoding='utf-8') as f:
            f.write('\n'.join(cut) + '\n')
        document = analyze(os.path.join(PUBLIC, CAPTURES[SERVICE]), '--logs', path)[1]
    checks.same('lines of both logons cut', both('unverified'), verdicts(document))
    for access in document['accesses']:
        checks.same('the finding says so', ['unread_records'], access['findings'])
        checks.that('and the evidence', any('11 lines' in sentence and 'could not be read' in sentence for sentence in access['evidence']),
                    str(access['evidence']))


def check_order(checks):
    """Shuffled, repeated, split: the same verdicts."""
    log = [record for record in records(SERVICE) if not is_of_logons(record) or '0xba93e3' not in
           (record.get('TargetLogonId'), record.get('SubjectLogonId'))] + ALIVE
    wanted = {54717: 'unapproved', 54736: 'unlogged'}
    checks.that('in order', verdicts(run(SERVICE, log)) == wanted)
    chance = random.Random(5)
    for i in range(6):
        pieces = [[], [], []]
        for record in chance.sample(log, len(log)):
            for piece in chance.sample(pieces, chance.choice((1, 1, 2))):
                piece.append(record)
        got = verdicts(run(SERVICE, *[piece for piece in pieces if piece]))
        checks.facts += len(wanted)
        checks.that('shuffled, repeated and split, %d' % i, got == wanted, str(got))


def main():
    checks = Checks()
    if not os.path.isdir(os.path.join(PUBLIC, 'logs')):
        skip('no folder %s/logs' % PUBLIC)
    for check in (check_service, check_whole, check_log_only, check_wmi, check_portless, check_coverage, check_unread, check_order):
        check(checks)
    checks.finish()


if __name__ == '__main__':
    main()
