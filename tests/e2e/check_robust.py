#!/usr/bin/python3
"""check_robust.py: the command lines of ashiato-sensor and ashiato-collector analyze as their users meet them when something is
wrong or unusual: captures cut short, in other formats, under other link layers; files that cannot be read; a whitelist, a broken
whitelist; no sensor, no such option, a full disk. What can be read is read; of what cannot, one line names the thing, and the exit
code says so. Nobody is shown an assertion or a stack."""
import json
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import pcap
import reframe
from checks import Checks
from programs import COLLECTOR, SENSOR, capture_of, facts_of, golden_cases, read_events, run, traffic

CASE, OTHER_CASE = 'psexec-impacket', 'pth-admin-copy'
CUTS = 40

NOBODY = 65534
USAGE = 2
TRACES = re.compile(r'Assertion|Sanitizer|runtime error|core dumped|Segmentation|backtrace|==\d+==|0x[0-9a-f]{12}')


class Bench:
    """The two programs in a folder that everybody may enter, scratch space, and the golden capture under test."""

    def __init__(self, folder, checks):
        self.folder = folder
        self.checks = checks
        os.chmod(folder, 0o755)
        os.mkdir(self.path('bin'), 0o755)
        self.sensor, self.collector = [shutil.copy(program, self.path('bin')) for program in (SENSOR, COLLECTOR)]
        self.capture = shutil.copy(capture_of(golden_cases()[CASE]), self.path('capture.pcap'))
        self.events = traffic(read_events(self.capture))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), 'wb') as f:
            f.write(content)
        return self.path(name)

    def read(self, capture, *more, **options):
        return run(self.sensor, '--read', capture, '--format', 'json', *more, **options)

    def analyze(self, *arguments, **options):
        return run(self.collector, 'analyze', '--format', 'json', *arguments, **options)

    # ---- what is expected of a run --------------------------------------------------------------------------------------

    def refused(self, name, done, *words, code=None, lines=1):
        """It failed, and said why in one line that holds the words; nothing on standard output."""
        said = [line for line in (done.stderr or '').splitlines() if line.strip()]
        is_code = done.returncode == code if code is not None else done.returncode > 0
        self.checks.that(name + ': exit code', is_code, '%d: %s' % (done.returncode, done.stderr))
        self.checks.that(name + ': one clear line', 1 <= len(said) <= lines, '%d lines: %s' % (len(said), done.stderr))
        missing = [word for word in words if word.lower() not in (done.stderr or '').lower()]
        self.checks.that(name + ': it names what is wrong', not missing, '%s not in: %s' % (missing, done.stderr))
        self.untraced(name, done)

    def untraced(self, name, done):
        self.checks.that(name + ': no trace of the inside', not TRACES.search(done.stderr or ''), done.stderr)

    def same_events(self, name, done, without=()):
        """The run read what the plain capture holds. Returns the events."""
        self.checks.that(name + ': exit code', done.returncode == 0, '%d: %s' % (done.returncode, done.stderr))
        got = traffic(json.loads(line) for line in (done.stdout or '').splitlines())
        self.checks.same(name, comparable(self.events, without), comparable(got, without))
        return got


def comparable(events, without):
    """The events as texts, without those keys of their ends."""
    def end(endpoint):
        return {key: value for key, value in endpoint.items() if key not in without}
    return [json.dumps({**event, 'client': end(event['client']), 'server': end(event['server'])}, sort_keys=True)
            for event in events]


# ---- captures cut short -------------------------------------------------------------------------------------------------

def cut_captures(bench):
    """At any length: everything up to there, a warning that names the file, exit 0 (analyze: 0 or 1)."""
    ends = pcap.packet_ends(bench.capture)
    size = os.path.getsize(bench.capture)
    for length in range(ends[0] + 1, size, max(1, (size - ends[0]) // CUTS)):
        name = 'cut at %d' % length
        whole = sum(end <= length for end in ends)
        short = reframe.cut(bench.capture, bench.path('cut.pcap'), length)
        clean = bench.read(reframe.first_packets(bench.capture, bench.path('clean.pcap'), whole))
        cut_in_packet(bench, name, bench.read(short), clean, length not in ends)
        analyzed(bench, name, bench.analyze(short), length not in ends)


def cut_in_packet(bench, name, done, clean, is_cut):
    checks = bench.checks
    checks.that(name + ': exit code', done.returncode == 0, '%d: %s' % (done.returncode, done.stderr))
    got, wanted = [[json.loads(line) for line in said.stdout.splitlines()] for said in (done, clean)]
    checks.same(name + ': events', [json.dumps(event) for event in traffic(wanted)], [json.dumps(event) for event in traffic(got)])
    health = [event['body'] for event in got if event['kind'] == 'sensor.health']
    checks.that(name + ': sensor.health says so', [body['truncated'] for body in health[-1:]] == [is_cut], str(health))
    warned = len(done.stderr.splitlines())
    checks.that(name + ': a warning', warned == is_cut and ('cut.pcap' in done.stderr) == is_cut, done.stderr)
    bench.untraced(name, done)


def analyzed(bench, name, done, is_cut):
    bench.checks.that(name + ': analyze ends with 0 or 1', done.returncode in (0, 1), '%d: %s' % (done.returncode, done.stderr))
    report = json.loads(done.stdout or '{"coverage":{}}')
    bench.checks.that(name + ': coverage.truncated', report['coverage'].get('truncated') is is_cut, str(report['coverage']))
    is_found = bool(report.get('incidents'))
    bench.checks.that(name + ': exit code and incidents agree', done.returncode == is_found, str(done.returncode))
    bench.checks.that(name + ': analyze warns', ('cut.pcap' in done.stderr) == is_cut, done.stderr)
    bench.untraced(name, done)


# ---- what is not a capture ------------------------------------------------------------------------------------------------

def not_captures(bench):
    """The sensor says what is wrong with which file; analyze ends with 2."""
    files = {
        'a text file': notes(bench),
        'an empty file': bench.write('empty.pcap', b''),
        'half a file header': reframe.cut(bench.capture, bench.path('header.pcap'), 11),
        'a directory': bench.path('bin'),
        'a file that is not there': bench.path('nowhere.pcap'),
        'an unknown link type': reframe.unknown_link(bench.capture, bench.path('link.pcap')),
        'a gzip file of text': reframe.gzipped(notes(bench), bench.path('notes.gz')),
        'a damaged gzip file': bench.write('damaged.gz', b'\x1f\x8b\x08\x00' + b'garbage' * 20),
        'half a gzip file': reframe.cut(reframe.gzipped(bench.capture, bench.path('whole.gz')), bench.path('half.gz'), 15),
    }
    for name, path in files.items():
        done = bench.read(path)
        bench.refused(name, done, os.path.basename(path))
        bench.checks.that(name + ': in plain words', 'Bad message' not in done.stderr, done.stderr)
        bench.checks.that(name + ': no events', not done.stdout, done.stdout[:200])
        bench.refused(name + ' to analyze', bench.analyze(path), os.path.basename(path), code=USAGE)


def notes(bench):
    return bench.write('notes.txt', b'This is not a capture. Not at all.\n' * 20)


def unreadable(bench):
    """A file its reader may not open, for a user who is nobody."""
    path = shutil.copy(bench.capture, bench.path('secret.pcap'))
    os.chmod(path, 0)
    drop = ['setpriv', '--reuid=%d' % NOBODY, '--regid=%d' % NOBODY, '--clear-groups'] if os.geteuid() == 0 else []
    why = 'secret.pcap', 'Permission denied'
    bench.refused('unreadable', run(*drop, bench.sensor, '--read', path, '--format', 'json'), *why)
    bench.refused('unreadable to analyze', run(*drop, bench.collector, 'analyze', path), *why, code=USAGE)


def one_of_several(bench):
    """What can be read is analyzed, and the exit code still says that something could not."""
    done = bench.analyze(notes(bench), bench.capture)
    bench.refused('one of two captures', done, 'notes.txt', code=USAGE)
    report = json.loads(done.stdout or '{}')
    bench.checks.that('one of two captures: the other is analyzed', report.get('incidents'), done.stdout[:300])


# ---- the same packets otherwise --------------------------------------------------------------------------------------------

def other_formats(bench):
    bench.same_events('gzip', bench.read(reframe.gzipped(bench.capture, bench.path('whole.gz'))))
    bench.same_events('pcap with nanoseconds', bench.read(reframe.nanoseconds(bench.capture, bench.path('nano.pcap'))))
    ng = reframe.pcapng(bench.capture, bench.path('capture.pcapng'))
    if ng:
        bench.same_events('pcapng', bench.read(ng))
        bench.same_events('pcapng in gzip', bench.read(reframe.gzipped(ng, bench.path('capture.pcapng.gz'))))
    else:
        print('NOTICE editcap is not installed (apt-get install wireshark-common): no pcapng')


def other_link_layers(bench):
    link_level = ('mac', 'vlan')
    for name, link, header in (
            ('802.1Q', pcap.ETHERNET, reframe.vlan(42)),
            ('stacked 802.1Q', pcap.ETHERNET, reframe.vlan(7, 42)),
            ('Linux cooked v1', pcap.LINUX_COOKED, reframe.cooked),
            ('Linux cooked v2', pcap.LINUX_COOKED_2, reframe.cooked2),
            ('raw IP', pcap.RAW_IP, reframe.raw_ip)):
        path = reframe.reframed(bench.capture, bench.path('reframed.pcap'), link, header)
        got = bench.same_events(name, bench.read(path), without=link_level)
        vlans = {event[end]['vlan'] for event in got for end in ('client', 'server')}
        bench.checks.same(name + ': VLAN', [42 if '802.1Q' in name else None], vlans)


# ---- analyze ----------------------------------------------------------------------------------------------------------------

def two_captures(bench):
    other = capture_of(golden_cases()[OTHER_CASE])
    alone = [json.loads(bench.analyze(path).stdout) for path in (bench.capture, other)]
    both = json.loads(bench.analyze(bench.capture, other).stdout)
    for key in ('accesses', 'files', 'opaque'):
        bench.checks.same('two captures: ' + key, [sum(len(report[key]) for report in alone)], [len(both[key])])
    for key in ('packets', 'bytes', 'events'):
        wanted = sum(report['coverage'][key] for report in alone)
        bench.checks.same('two captures: coverage.' + key, [wanted], [both['coverage'][key]])
    bench.checks.that('two captures: an incident', both['incidents'])


def whitelist(bench):
    """One that covers the access makes it legitimate; one that does not changes nothing."""
    facts = facts_of(golden_cases()[CASE])
    entry = {'source': facts['client'], 'account': facts['account'], 'destination': facts['server'],
             'reason': 'maintenance', 'author': 'check_robust'}
    done = bench.analyze('--baseline', baseline(bench, entry), bench.capture)
    report = json.loads(done.stdout or '{}')
    bench.checks.that('whitelist: exit 0', done.returncode == 0, '%d: %s' % (done.returncode, done.stderr))
    bench.checks.that('whitelist: no incident', report.get('incidents') == [], str(report.get('incidents'))[:500])
    verdicts = {access['verdict'] for access in report.get('accesses', [])}
    bench.checks.that('whitelist: every access is legitimate', verdicts == {'legitimate'}, str(verdicts))

    done = bench.analyze('--baseline', baseline(bench, {**entry, 'source': '192.0.2.77'}), bench.capture)
    bench.checks.that('whitelist for another source: exit 1', done.returncode == 1, '%d: %s' % (done.returncode, done.stderr))


def baseline(bench, *entries):
    return bench.write('baseline.json', json.dumps({'entries': entries}).encode())


def broken_whitelists(bench):
    for name, content, *words in (
            ('unknown key', b'{"entries":[{"sauce":"10.0.0.1"}]}', 'sauce'),
            ('bad address', b'{"entries":[{"source":"10.0.0.300"}]}', '10.0.0.300'),
            ('bad time', b'{"entries":[{"valid_from":"yesterday"}]}', 'valid_from'),
            ('not JSON', b'entries: none', 'line 1'),
            ('no entries', b'{"entrys":[]}', 'entr'),
            ('empty', b'',)):
        path = bench.write('broken.json', content)
        bench.refused('whitelist, ' + name, bench.analyze('--baseline', path, bench.capture), 'broken.json', *words, code=USAGE)
    done = bench.analyze('--baseline', bench.path('no-baseline.json'), bench.capture)
    bench.refused('whitelist that is not there', done, 'no-baseline.json', code=USAGE)


def wrong_usage(bench):
    collector, sensor = bench.collector, bench.sensor
    bench.refused('a log that is none', bench.analyze('--logs', bench.capture, bench.capture), 'content is of no format', code=USAGE)
    bench.refused('analyze without a capture', run(collector, 'analyze'), 'usage', code=USAGE)
    bench.refused('analyze --nonsense', run(collector, 'analyze', '--nonsense', bench.capture), '--nonsense', code=USAGE)
    done = run(collector, 'analyze', '--format', 'nonsense', bench.capture)
    bench.refused('analyze --format nonsense', done, 'nonsense', 'json', code=USAGE)
    bench.refused('collector nonsense', run(collector, 'nonsense'), 'nonsense', code=USAGE)
    bench.refused('sensor --nonsense', run(sensor, '--nonsense'), '--nonsense', code=USAGE)
    bench.refused('sensor --read without a file', run(sensor, '--read'), '--read', code=USAGE)
    bench.refused('sensor --format nonsense', run(sensor, '--read', bench.capture, '--format', 'nonsense'), 'nonsense', code=USAGE)
    bench.refused('sensor --list nonsense', run(sensor, '--list', 'nonsense'), 'nonsense', 'counters', code=USAGE)
    for table in ('counters', 'operations', 'protocols'):
        done = run(sensor, '--list', table)
        bench.checks.that('sensor --list ' + table, done.returncode == 0 and done.stdout.strip(), done.stderr)
    bench.refused('sensor without arguments', run(sensor), '--read', code=USAGE)
    bench.refused('sensor on no interface', run(sensor, '--interface', 'nosuch0', '--collector', 'tcp://127.0.0.1:9'), '', lines=2)


def no_sensor(bench):
    """analyze needs the sensor beside it or on PATH."""
    os.mkdir(bench.path('alone'))
    alone = shutil.copy(bench.collector, bench.path('alone'))
    done = run(alone, 'analyze', bench.capture, env={'PATH': bench.path('alone')})
    bench.refused('no sensor', done, 'ashiato-sensor', 'install', code=USAGE)


# ---- full disks ---------------------------------------------------------------------------------------------------------------

def full_disk(bench):
    with open('/dev/full', 'w', encoding='ascii') as full:
        bench.refused('sensor on a full disk', bench.read(bench.capture, stdout=full), 'No space left on device')
        bench.refused('analyze on a full disk', bench.analyze(bench.capture, stdout=full), 'standard output')
    small = bench.path('small')
    os.mkdir(small)
    if run('mount', '-t', 'tmpfs', '-o', 'size=16k', 'none', small).returncode != 0:
        print('NOTICE mounting is not permitted here: no full disk under --out')
        return
    try:
        bench.refused('sensor --out on a full disk', bench.read(bench.capture, '--out', small), 'No space left on device', small)
    finally:
        run('umount', small)


def out_folder(bench):
    """--out writes what standard output would have had."""
    folder = bench.path('out')
    done = bench.read(bench.capture, '--out', folder)
    bench.checks.that('--out: exit code', done.returncode == 0, '%d: %s' % (done.returncode, done.stderr))
    files = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    text = ''.join(open(os.path.join(folder, name), encoding='utf-8').read() for name in files)
    bench.same_events('--out', done if not text else type(done)(done.args, done.returncode, text, done.stderr))


SCENES = (cut_captures, not_captures, unreadable, one_of_several, other_formats, other_link_layers, two_captures, whitelist,
          broken_whitelists, wrong_usage, no_sensor, out_folder, full_disk)


def main():
    checks = Checks()
    wanted = sys.argv[1:] or [scene.__name__ for scene in SCENES]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, checks)
        checks.none_empty('the golden capture', events=bench.events)
        for scene in SCENES:
            if scene.__name__ in wanted:
                before = checks.passed + checks.failed
                scene(bench)
                print('%s: %d checks' % (scene.__name__, checks.passed + checks.failed - before))
    checks.finish()


if __name__ == '__main__':
    main()
