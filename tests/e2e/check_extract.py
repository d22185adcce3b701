#!/usr/bin/python3
"""check_extract.py: --extract, live. In a network namespace of its own a sensor captures at one end of a veth pair what is sent into
the other, recorded cases in which executables move, while its four processes are confined. The quarantine folder must then hold the
same files, byte for byte, as --read --extract makes of the same captures; the events the collector stored say so; and the kernel
says of each process what it may still do and has open. Needs root."""
import hashlib
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import pcap
from checks import Checks, skip
from programs import COLLECTOR, GOLDEN, SENSOR, capture_of, run

CASES = ('pth-admin-copy', 'psexec-impacket', 'torture-files')
DEADLINE_SECONDS = 60
INSIDE = 'ASHIATO_IN_NAMESPACE'
WEB, INGEST = 8443, 4717  # nobody else is in the namespace
MTU = 65535               # a recorded frame may be several that a network card has merged
EXTRACTED = b'\xd0\x04\x01'  # field 74 of SmbTransfer, a varint: 1
NO_RIGHTS = '0000000000000000'


def enter_namespace():
    if os.geteuid() != 0:
        skip('only root can make a network namespace')
    if os.environ.get(INSIDE):
        return
    if run('unshare', '-n', 'true').returncode != 0:
        skip('no network namespace can be made here')
    os.execvpe('unshare', ['unshare', '-n', '--', sys.executable, '-B', __file__], {**os.environ, INSIDE: '1'})


def wire():
    for words in (['link', 'set', 'lo', 'up'], ['link', 'add', 'there', 'type', 'veth', 'peer', 'name', 'here'],
                  ['link', 'set', 'there', 'mtu', str(MTU), 'up'], ['link', 'set', 'here', 'mtu', str(MTU), 'up']):
        subprocess.run(['ip', *words], check=True)


class Stage:
    """A collector, and a sensor that captures for it."""

    def __init__(self, place):
        self.place = place
        self.log = open(place / 'log', 'wb')
        self.started = []

    def start(self, *words):
        self.started.append(subprocess.Popen([str(word) for word in words], stdout=self.log, stderr=self.log))
        return self.started[-1]

    def wait_until(self, what, is_so):
        end = time.monotonic() + DEADLINE_SECONDS
        while not is_so():
            if time.monotonic() > end:
                sys.exit('%s: not within %d s\n%s' % (what, DEADLINE_SECONDS, self.said()))
            time.sleep(0.01)

    def said_to_be_kept(self, digests):
        """Those of the digests that stand in an event the collector has stored, beside SmbTransfer.extracted = true."""
        try:
            with sqlite3.connect('file:%s/data/ashiato.db?mode=ro' % self.place, uri=True) as db:
                bodies = [row[0] for row in db.execute("SELECT body FROM events WHERE kind = 'smb.transfer'") if EXTRACTED in row[0]]
        except sqlite3.OperationalError:  # not made yet, or busy
            return set()
        return {digest for digest in digests if any(bytes.fromhex(digest) in body for body in bodies)}

    def n_transfers(self):
        try:
            with sqlite3.connect('file:%s/data/ashiato.db?mode=ro' % self.place, uri=True) as db:
                return db.execute("SELECT count(*) FROM events WHERE kind = 'smb.transfer'").fetchone()[0]
        except sqlite3.OperationalError:  # busy
            return 0

    def said(self):
        return (self.place / 'log').read_text(errors='replace')

    def begin(self):
        self.start(COLLECTOR, 'serve', '--data', self.place / 'data', '--listen', '127.0.0.1:%d' % WEB, '--ingest', 'tcp://127.0.0.1:%d' % INGEST)
        self.wait_until('the collector listens', lambda: can_connect(INGEST))
        subprocess.run([SENSOR, '--keygen', self.place / 'key'], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([COLLECTOR, 'sensor', 'add', 'one', '--site', 'here', '--key', self.place / 'key.pub', '--data', self.place / 'data'],
                       check=True, stdout=subprocess.DEVNULL)
        sensor = self.start(SENSOR, '--interface', 'here', '--collector', 'tcp://127.0.0.1:%d' % INGEST, '--key', self.place / 'key',
                            '--collector-key', self.place / 'data/collector.key.pub', '--spool', self.place / 'spool',
                            '--extract', self.place / 'live')
        self.wait_until('the sensor captures', lambda: is_confined(sensor, 'sensor-parse'))
        return sensor

    def end(self):
        for process in self.started:
            if process.poll() is None:
                process.terminate()
                process.wait(DEADLINE_SECONDS)
        self.log.close()


def can_connect(port):
    with socket.socket() as s:
        return s.connect_ex(('127.0.0.1', port)) == 0


def send(capture):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind(('there', 0))
        for packet in pcap.read(capture)[1]:
            s.send(packet.data)


def copies(folder):
    """Name, mode and whether the content is what the name says, of all there is."""
    return [(path.name, oct(path.stat().st_mode & 0o7777), hashlib.sha256(path.read_bytes()).hexdigest() == path.name)
            for path in sorted(folder.iterdir())]


def processes_of(sensor):
    """Name -> /proc/PID of what the sensor has started."""
    children = pathlib.Path('/proc/%d/task/%d/children' % (sensor.pid, sensor.pid)).read_text().split()
    return {pathlib.Path('/proc', pid, 'comm').read_text().strip(): pathlib.Path('/proc', pid) for pid in children}


def status_of(process):
    return dict(line.split(':\t', 1) for line in (process / 'status').read_text().splitlines() if ':\t' in line)


def is_confined(sensor, name):
    """Its filter is the last thing the process that parses takes upon itself before it reads packets."""
    process = processes_of(sensor).get(name)
    return process is not None and status_of(process)['Seccomp'] == '2'


def open_files(process):
    return {os.readlink(fd) for fd in (process / 'fd').iterdir()}


def check_confinement(checks, stage, sensor):
    processes = processes_of(sensor)
    checks.same('what the sensor consists of', ['sensor-keep', 'sensor-parse', 'sensor-send'], sorted(processes))
    for name, process in processes.items():
        status = status_of(process)
        checks.same('%s is nobody, without rights, filtered' % name, ['65534', NO_RIGHTS, NO_RIGHTS, '1', '2'],
                    [status['Uid'].split()[0], status['CapEff'], status['CapPrm'], status['NoNewPrivs'], status['Seccomp']])
    files = {name: {path for path in open_files(process) if path.startswith(str(stage.place)) and path != str(stage.place / 'log')}
             for name, process in processes.items()}
    checks.same('what the one that parses has open of the disk', [], sorted(files['sensor-parse']))
    checks.same('what the one that keeps has open of the disk', [str(stage.place / 'live')], sorted(files['sensor-keep']))


def check_loss_of_keep(checks, stage, sensor, capture):
    """Copies stop when the process that keeps them is killed, as for want of memory; events do not."""
    before = stage.n_transfers()
    os.kill(int(processes_of(sensor)['sensor-keep'].name), signal.SIGKILL)
    stage.wait_until('the loss is told', lambda: 'the process that keeps copies has ended' in stage.said())
    send(capture)
    stage.wait_until('transfers without copies', lambda: stage.n_transfers() > before)
    checks.same('what goes on', ['sensor-parse', 'sensor-send'], sorted(processes_of(sensor)))


def expected(place, captures):
    """The files that --read --extract keeps, and the digests of transfers that say so."""
    kept = set()
    for capture in captures:
        done = run(SENSOR, '--read', capture, '--extract', str(place / 'read'))
        events = [json.loads(line) for line in done.stdout.splitlines()]
        kept |= {event['body']['sha256'] for event in events if event['kind'] == 'smb.transfer' and event['body']['extracted']}
    return copies(place / 'read'), kept


def main():
    enter_namespace()
    wire()
    checks = Checks()
    captures = [capture_of(os.path.join(GOLDEN, case)) for case in CASES]
    with tempfile.TemporaryDirectory(prefix='extract-') as folder:
        stage = Stage(pathlib.Path(folder))
        wanted, digests = expected(stage.place, captures)
        checks.none_empty('files to keep', wanted=wanted, digests=digests)
        try:
            sensor = stage.begin()
            for capture in captures:
                send(capture)
            stage.wait_until('copies of all files', lambda: stage.said_to_be_kept(digests) == digests)
            check_confinement(checks, stage, sensor)
            checks.same('copies', wanted, copies(stage.place / 'live'))
            check_loss_of_keep(checks, stage, sensor, captures[0])
            sensor.send_signal(signal.SIGTERM)
            checks.same('how the sensor ends', [1], [sensor.wait(DEADLINE_SECONDS)])
        finally:
            stage.end()
        checks.that('the log says how many', ' files kept, ' in stage.said())
    checks.finish()


if __name__ == '__main__':
    main()
