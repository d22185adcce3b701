#!/usr/bin/python3
"""bench.py BUILD [SIZE]: how fast the sensor is and how much memory it takes, beside the least that any program must do that reads
the same packets with libpcap. Prints a table; the same as JSON lines is BUILD/bench/results.jsonl.

SIZE is that of each capture: 256M unless said otherwise, 1G for the figures of record. Times are the median of three runs, floor
and sensor in turns. BENCH_PARTS names what to run: captures, instructions, layers (default: all). BENCH_FIRST=1, as root: what is
timed goes before all other work of the machine (chrt(1)), for one that others keep busy."""
import collections
import glob
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
RECORDINGS = sorted(glob.glob(os.path.join(ROOT, 'tests', 'golden', '*', 'capture.pcap')))
UNITS = {'': 1, 'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}
RUNS = 3
BEFORE_OTHERS = ['chrt', '-f', '1'] if os.environ.get('BENCH_FIRST') else []
SLICE_BYTES = 8 << 20  # of the capture whose instructions are counted: fifty times slower than time

# Kind of capture -> the most times the floor it may take, and MiB it may hold.
TARGETS = {'mixed': (3.5, 64), 'bulk-share': (1.8, 64), 'bulk-admin': (None, 64)}


def size_of(text):
    match = re.fullmatch(r'(\d+)([KMG]?)', text)
    if not match:
        sys.exit('%s: a size is a number, with K, M or G behind it' % text)
    return int(match[1]) * UNITS[match[2]]


class Bench:
    def __init__(self, build, size):
        self.build, self.size, self.failed = build, size, []
        self.folder = os.path.join(build, 'bench')
        self.sensor = os.path.join(build, 'ashiato-sensor')
        self.results = open(os.path.join(self.folder, 'results.jsonl'), 'w', encoding='utf-8')

    def program(self, name):
        return os.path.join(self.folder, name)

    def keep(self, **row):
        self.results.write(json.dumps(row) + '\n')
        self.results.flush()

    def capture(self, kind, size):
        """The capture, and how often each recording is played in it."""
        path = os.path.join(self.folder, '%s-%d.pcap' % (kind, size))
        done = subprocess.run([self.program('generate'), kind, str(size), path, *RECORDINGS], check=True, capture_output=True, text=True)
        return path, {line.split(' ', 1)[1]: int(line.split()[0]) for line in done.stdout.splitlines()}


def timed(*command):
    """Seconds on the clock, seconds of both modes of the processor, MiB held at most; the program's output is thrown away."""
    began = time.monotonic()
    child = subprocess.Popen([*BEFORE_OTHERS, *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status != 0:
        sys.exit('%s ended with %d' % (' '.join(command), status))
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def kinds_of(sensor, capture):
    """How many events of each kind the sensor finds, and its own account of the capture."""
    with subprocess.Popen([sensor, '--read', capture], stdout=subprocess.PIPE, text=True) as child:
        found, health = collections.Counter(), None
        for line in child.stdout:
            kind = re.search(r'"kind":"([^"]*)"', line)[1]
            found[kind] += 1
            health = json.loads(line)['body'] if kind == 'sensor.health' else health
    return found, health


def missing_events(sensor, capture, plays):
    """What the plays of a mixed capture lack of what the sensor finds in each recording by itself: nothing, as long as no limit is hit."""
    expected = collections.Counter()
    for recording, n in plays.items():
        for kind, each in kinds_of(sensor, recording)[0].items():
            expected[kind] += n * each
    found = kinds_of(sensor, capture)[0]
    expected['sensor.health'] = found['sensor.health'] = 0
    return {kind: expected[kind] - found[kind] for kind in expected | found if expected[kind] != found[kind]}


def measure_captures(bench):
    print('%-11s %9s %8s %8s %8s %7s %7s %7s %8s' % (
        'capture', 'packets', 'events', 'floor s', 'sensor s', 'ratio', 'target', 'of CPU', 'peak MiB'))
    for kind, (target, memory) in TARGETS.items():
        path, plays = bench.capture(kind, bench.size)
        health = kinds_of(bench.sensor, path)[1]
        runs = [(timed(bench.program('floor'), path), timed(bench.sensor, '--read', path, '--format', 'proto')) for _ in range(RUNS)]
        (floor, floor_cpu), (sensor, sensor_cpu) = ([statistics.median(run[who][i] for run in runs) for i in (0, 1)] for who in (0, 1))
        peak = max(run[1][2] for run in runs)
        missing = missing_events(bench.sensor, path, plays) if plays else {}
        row = dict(capture=kind, bytes=os.path.getsize(path), packets=health['packets'], events=health['events'], floor_seconds=floor,
                   sensor_seconds=sensor, ratio=sensor / floor, target=target, cpu_ratio=sensor_cpu / floor_cpu, peak_mib=peak,
                   missing_events=missing)
        bench.keep(**row)
        verdict = 'MISSED' if (target and row['ratio'] > target) or peak > memory else ''
        print('%-11s %9d %8d %8.3f %8.3f %7.2f %7s %7.2f %8.1f  %s' % (
            kind, row['packets'], row['events'], floor, sensor, row['ratio'], target or '-', row['cpu_ratio'], peak, verdict))
        if missing:
            print('  events that each recording gives and the mix lacks: %s' % missing)
        os.remove(path)


def measure_instructions(bench):
    """Instructions of the whole program on a slice, the same in every run, by valgrind --tool=callgrind."""
    print('\n%-11s %9s %8s %12s %10s %10s' % ('capture', 'packets', 'events', 'instructions', 'a packet', 'an event'))
    for kind in TARGETS:
        path = bench.capture(kind, SLICE_BYTES)[0]
        health = kinds_of(bench.sensor, path)[1]
        out = bench.program('callgrind.%s' % kind)
        try:
            done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=%s' % out, bench.sensor, '--read', path, '--format',
                                   'proto'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
        except FileNotFoundError:
            print('valgrind is not installed: apt-get install valgrind')
            return
        count = int(re.search(r'Collected : (\d+)', done.stderr)[1])
        bench.keep(capture=kind, instructions=count, per_packet=count / health['packets'], per_event=count / health['events'])
        print('%-11s %9d %8d %12d %10.0f %10.0f' % (
            kind, health['packets'], health['events'], count, count / health['packets'], count / health['events']))
        os.remove(path)


def measure_layers(bench):
    """Each program bench_* prints JSON lines: layer, what, and ns an item, MB/s, or its growth as a part of what n log n allows. One that
    fails says why, and so does this program in the end."""
    print('\n%-14s %-46s %12s %8s %9s' % ('layer', 'what', 'ns an item', 'MB/s', 'of n log n'))
    for program in sorted(glob.glob(bench.program('bench_*'))):
        if not os.access(program, os.X_OK) or program.endswith('.d'):
            continue
        done = subprocess.run([program, *RECORDINGS], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for line in done.stdout.splitlines():
            row = json.loads(line)
            bench.keep(**row)
            print('%-14s %-46s %12.1f %8s %9s' % (row['layer'], row['what'], row['ns'], '%.0f' % row['mb_s'] if row.get('mb_s') else '-',
                                                  row.get('of_n_log_n', '-')))
        if done.returncode != 0:
            bench.failed.append(os.path.basename(program))


PARTS = {'captures': measure_captures, 'instructions': measure_instructions, 'layers': measure_layers}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bench = Bench(os.path.join(ROOT, sys.argv[1]), size_of(sys.argv[2] if len(sys.argv) > 2 else '256M'))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for part in os.environ.get('BENCH_PARTS', ' '.join(PARTS)).split():
        PARTS[part](bench)
    print('\nJSON lines: %s' % os.path.relpath(bench.results.name, ROOT))
    if bench.failed:
        sys.exit('failed: %s' % ', '.join(bench.failed))


if __name__ == '__main__':
    main()
