#!/usr/bin/python3
"""check_midstream.py [CAPTURE-NAME...]: a call whose bind was not captured is named as it would have been, or not at all. From each
capture the packets with DCE/RPC binds, alter-contexts and Auth3s are taken out; what the sensor then says of each call is held
against what it says of the whole. Most must still be named: by their pipe, the endpoint map, objects, or their operations."""
import collections
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import tshark
from checks import Checks, count_by, skip
from programs import Failure, all_captures, public_captures, read_events, run

NEGOTIATIONS = 'dcerpc.pkt_type in {11,12,14,15,16}'
MOST = 500  # packets that editcap takes at once
NAMED_SHARE = 0.8  # of all calls; what is sealed and whose activation is sealed too, nothing can name


def negotiating(capture):
    """Numbers of the packets in which an interface is agreed on."""
    done = run('tshark', '-r', capture, '-Y', NEGOTIATIONS, '-T', 'fields', '-e', 'frame.number')
    return done.stdout.split()[:MOST]


def without(capture, numbers, folder):
    cut = os.path.join(folder, 'cut.pcap')
    done = run('editcap', capture, cut, *numbers)
    if done.returncode != 0:
        raise Failure('editcap %s ended with %d: %s' % (capture, done.returncode, done.stderr.strip()))
    return cut


def calls(capture):
    """(connection, file, call id, operation, time) -> the call's body."""
    found = {}
    for event in read_events(capture):
        body = event['body']
        if event['kind'] == 'rpc.call':
            found[event['community_id'], body['file_id'], body['call_id'], body['opnum'], event['time']] = body
    return found


def check(checks, name, capture, outcomes):
    numbers = negotiating(capture)
    if not numbers:
        return
    with tempfile.TemporaryDirectory(prefix='ashiato-midstream-') as folder:
        whole, cut = calls(capture), calls(without(capture, numbers, folder))
    pairs = [(whole[key], cut[key]) for key in whole if key in cut]
    wrong = ['%s is called %s, from %s' % (was['interface'], now['interface'], now['inferred_from'])
             for was, now in pairs if now['uuid'] not in (None, was['uuid'])]
    seen = [now['inferred_from'] or ('not named' if now['uuid'] is None else 'its bind') for _, now in pairs]
    checks.facts += len(pairs)
    checks.that(name, not wrong, '\n' + '\n'.join('    ' + line for line in wrong))
    print('%s: %d calls without %d packets: %s' % (name, len(pairs), len(numbers), count_by(seen, str)))
    outcomes.update(seen)


def main():
    if not tshark.is_installed():
        skip('tshark is not installed (apt-get install tshark)')
    if not public_captures():
        print('NOTICE ../shared/captures is absent: golden cases only')
    checks, outcomes = Checks(), collections.Counter()
    captures = all_captures()
    for name in sys.argv[1:] or captures:
        check(checks, name, captures[name], outcomes)
    if not sys.argv[1:]:
        total = sum(outcomes.values())
        checks.that('most calls are named', total and outcomes['not named'] <= (1 - NAMED_SHARE) * total, str(dict(outcomes)))
    checks.finish()


main()
