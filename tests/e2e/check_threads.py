#!/usr/bin/python3
"""check_threads.py: what the sensor prints with --format proto is the same, byte for byte, with one, two and three threads, and the
same as tests/bench/plain makes of the capture: packet by packet, in one thread, everything packed by protobuf-c. Over every golden
and public capture and over a mixed one, in which thousands of connections are under way at once; and with a ThreadSanitizer build,
where there is one (make SAN=thread sensor), which must have nothing to say."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks
from programs import BUILD, PATIENCE_SECONDS, SENSOR, all_captures, capture_of, golden_captures

PLAIN, GENERATE = (os.path.join(BUILD, 'bench', name) for name in ('plain', 'generate'))
WATCHED = os.path.join(BUILD, 'tsan', 'ashiato-sensor')
MIXED_BYTES = 24 << 20
WATCHED_CASES = ('pth-admin-copy', 'torture-corners', 'hops')
THREADS = ('1', '2', '3')


def output_of(*command, **environment):
    """What the program prints and says."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_SECONDS, check=False,
                          env={**os.environ, **environment})
    return done.stdout, done.stderr.decode(errors='replace')


def mixed_capture(folder, n_bytes):
    path = os.path.join(folder, 'mixed-%d.pcap' % n_bytes)
    recordings = [capture_of(place) for place in golden_captures().values()]
    subprocess.run([GENERATE, 'mixed', str(n_bytes), path, *recordings], check=True, stdout=subprocess.DEVNULL)
    return path


def compare(checks, name, capture):
    wanted, said = output_of(PLAIN, capture)
    if not checks.that('%s: plain' % name, wanted, said):
        return
    for n in THREADS:
        got, said = output_of(SENSOR, '--read', capture, '--format', 'proto', '--threads', n)
        checks.facts += 1
        checks.that('%s: %s threads' % (name, n), got == wanted, '%d bytes, plainly %d; %s' % (len(got), len(wanted), said))


def watch(checks, name, capture):
    for n in THREADS:
        got, said = output_of(WATCHED, '--read', capture, '--format', 'proto', '--threads', n, TSAN_OPTIONS='exitcode=66')
        checks.that('%s: %s threads watched' % (name, n), got and 'ThreadSanitizer' not in said, said)


def main():
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix='threads-') as folder:
        captures = {**all_captures(), 'mixed': mixed_capture(folder, MIXED_BYTES)}
        for name, capture in captures.items():
            compare(checks, name, capture)
        if os.path.exists(WATCHED):
            watched = {**{name: captures[name] for name in WATCHED_CASES}, 'small mixed': mixed_capture(folder, MIXED_BYTES // 8)}
            for name, capture in watched.items():
                watch(checks, name, capture)
        else:
            print('NOTICE nothing is watched: make SAN=thread sensor')
    checks.finish()


if __name__ == '__main__':
    main()
