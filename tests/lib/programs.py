"""The two programs under test as their users call them, and the captures to call them with."""
import json
import os
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.path.join(ROOT, os.environ.get('BUILD', 'build'))
SENSOR = os.path.join(BUILD, 'ashiato-sensor')
COLLECTOR = os.path.join(BUILD, 'ashiato-collector')
GOLDEN = os.path.join(ROOT, 'tests', 'golden')
PUBLIC = os.path.join(ROOT, os.environ.get('CAPTURES', '../shared/captures'))

PATIENCE_SECONDS = 120  # none of our captures takes a second; more than this is a hang

# What a sensor says about itself and its capture rather than about the traffic.
ABOUT_THE_CAPTURE = ('flow.summary', 'sensor.health')


class Failure(Exception):
    """A program did not do what it was called for; says so in a sentence."""


def golden_captures():
    """Name -> folder of each golden case."""
    folders = {name: os.path.join(GOLDEN, name) for name in sorted(os.listdir(GOLDEN))}
    return {name: folder for name, folder in folders.items() if os.path.exists(capture_of(folder))}


def golden_cases():
    """The same of those whose facts the laboratory knows: all but protocol tests."""
    return {name: folder for name, folder in golden_captures().items() if os.path.exists(os.path.join(folder, 'facts.json'))}


def facts_of(folder):
    with open(os.path.join(folder, 'facts.json'), encoding='utf-8') as f:
        return json.load(f)


def capture_of(folder):
    return os.path.join(folder, 'capture.pcap')


def public_captures():
    """Name -> file of each public capture; empty where the folder is absent."""
    names = sorted(os.listdir(PUBLIC)) if os.path.isdir(PUBLIC) else []
    return {name: os.path.join(PUBLIC, name) for name in names if name.endswith(('.pcap', '.cap'))}


def all_captures():
    return {**{name: capture_of(folder) for name, folder in golden_captures().items()}, **public_captures()}


def run(*command, **options):
    """The finished process; its output as text."""
    stdin = {} if 'input' in options else {'stdin': subprocess.DEVNULL}
    settings = {'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, **stdin, **options}
    return subprocess.run(command, text=True, errors='replace', check=False, timeout=PATIENCE_SECONDS, **settings)


def read_events(capture, *options):
    """Every event the sensor finds in a capture, as objects."""
    done = run(SENSOR, '--read', capture, '--format', 'json', *options)
    if done.returncode != 0:
        raise Failure('ashiato-sensor --read %s ended with %d: %s' % (capture, done.returncode, done.stderr.strip()))
    return [json.loads(line) for line in done.stdout.splitlines()]


def read_commands(capture):
    """Every SMB command the sensor reads, as objects."""
    return read_events(capture, '--format', 'commands')


def traffic(events):
    """Those about the traffic."""
    return [event for event in events if event['kind'] not in ABOUT_THE_CAPTURE]


def analyze(*arguments, **options):
    """(exit code, the JSON object) of ashiato-collector analyze."""
    done = run(COLLECTOR, 'analyze', '--format', 'json', *arguments, **options)
    if done.returncode not in (0, 1):
        raise Failure('ashiato-collector analyze %s ended with %d: %s'
                      % (' '.join(arguments), done.returncode, done.stderr.strip()))
    return done.returncode, json.loads(done.stdout)
