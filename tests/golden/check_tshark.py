#!/usr/bin/python3
"""check_tshark.py [CAPTURE-NAME...]: the sensor and tshark say the same about every golden case and, where it is present,
every public capture: each SMB command, asked and answered, with its ids and status; trees, file names, transfers, accounts, each
field of NTLM's messages and of the tickets shown, pipes, RPC interfaces, operations and their results, each with its connection
and direction.

Differences are listed with the frame to look at. Those that are understood stand in EXPLAINED below; any other fails, and so
does an explanation that no longer explains anything."""
import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import command_facts
import event_facts
import tshark
import wire_facts
from checks import Checks, count_by, skip
from comparison import decodable, differences, in_words
from programs import all_captures, golden_captures, public_captures, read_commands, read_events, traffic

Explained = collections.namedtuple('Explained', 'capture kind only_in right why matches')

SRVSVC, NETLOGON = '4b324fc8-1670-01d3-1278-5a47bf6ee188', '12345678-1234-abcd-ef00-01234567cffb'
MULTICHANNEL = 'benign-administrator-ordinary-share.pcap'
RANDOM_BYTES = 'broken on purpose: random bytes where headers should stand; '
OTHER_CHANNEL = 'a session of several channels, which tshark takes for as many: '

EXPLAINED = [
    Explained(MULTICHANNEL, 'rpc_bind', 'tshark', 'sensor', OTHER_CHANNEL + 'the answer to the bind is read on another one',
              lambda what: what[1][0][1] == SRVSVC and what[1][0][3] is None),
    Explained(MULTICHANNEL, 'rpc_bind', 'sensor', 'sensor', 'the same bind, answered',
              lambda what: what[1][0][1] == SRVSVC and what[1][1][3] is True),
    Explained(MULTICHANNEL, 'transfer', 'tshark', 'sensor', OTHER_CHANNEL + 'the file is read on two, through one open: one transfer',
              lambda what: what == (None, 'read', 189)),
    Explained(MULTICHANNEL, 'rpc_call', 'tshark', 'sensor',
              'bound on one channel, called on another; tshark keeps contexts per connection',
              lambda what: what == (None, 16, 2, 'answered')),
    Explained(MULTICHANNEL, 'rpc_call', 'sensor', 'sensor',
              'the same call; the pipe it travels through, srvsvc, names the interface (inferred)',
              lambda what: what == (SRVSVC, 16, 2, 'answered')),
    Explained('robust-smb1-fuzz.pcap', 'command', 'tshark', 'neither', RANDOM_BYTES + 'tshark reads those that follow the four bytes of SMB1',
              lambda what: what[:2] == (1, 0x2f)),
    Explained('robust-smb1-fuzz.pcap', 'command', 'sensor', 'neither', RANDOM_BYTES + 'the sensor finds such a beginning again in its own way',
              lambda what: True),
    Explained('wmi-exec-sealed.pcap', 'rpc_logon', 'sensor', 'sensor',
              'frames 64, 75: tshark 4.0 leaves SPNEGO at authentication level 4 (packet) undecoded; frame 94 has the same at level 6',
              lambda what: what == ('kerberos', 'host/WORKSTATION6.theshire.local')),
    Explained('wmi-exec-sealed.pcap', 'ticket', 'sensor', 'sensor', 'the tickets in those',
              lambda what: what[1] == 'host/WORKSTATION6.theshire.local'),
    Explained('zerologon.pcap', 'rpc_call', 'sensor', 'sensor',
              'frame 419 fills a hole tshark has given up, unless told tcp.reassemble_out_of_order (which loses messages elsewhere)',
              lambda what: what == (NETLOGON, 26, 2, 'answered')),
    Explained('zerologon.pcap', 'rpc_return', 'sensor', 'sensor', 'the answer to that call',
              lambda what: what == (NETLOGON, 26, 2, '0xc0000022')),
]


def explanation(capture, difference):
    for row in EXPLAINED:
        if (row.capture == capture and row.kind == difference.fact.kind
                and row.only_in == difference.only_in and row.matches(difference.fact.what)):
            return row
    return None


def check(checks, name, capture, used, totals):
    frames, events = tshark.frames(capture), read_events(capture)
    wire = wire_facts.facts_of(frames) + wire_facts.kerberos(capture) + command_facts.of_wire(frames)
    sensor = decodable(wire, event_facts.facts(traffic(events)) + command_facts.of_sensor(read_commands(capture)))
    found = list(differences(wire, sensor))
    explained = [explanation(name, difference) for difference in found]
    unexplained = [difference for difference, row in zip(found, explained) if not row]
    used.update(map(id, explained))
    checks.facts += max(len(wire), len(sensor))
    totals.setdefault(origin(name), collections.Counter()).update(fact.kind for fact in sensor)
    print('%s: %d facts by tshark, %d by the sensor (%s), %d explained differences'
          % (name, len(wire), len(sensor), count_by(sensor, lambda fact: fact.kind) or 'none', len(found) - len(unexplained)))
    if name not in WITHOUT_FACTS:
        checks.none_empty(name, tshark=wire, sensor=sensor)
    checks.that(name, not unexplained, '\n' + '\n'.join('    ' + in_words(difference) for difference in unexplained))


def origin(name):
    if name.startswith('torture-'):
        return 'protocol tests (smbtorture)'
    return 'recordings of the laboratory' if name in golden_captures() else 'public captures'


# Broken on purpose: no whole SMB command is in them.
WITHOUT_FACTS = ('robust-netbios-split.pcap',)


def main():
    if not tshark.is_installed():
        skip('tshark is not installed (apt-get install tshark)')
    print('against %s' % tshark.version())
    if not public_captures():
        print('NOTICE ../shared/captures is absent: golden cases only')
    checks, used, totals = Checks(), set(), {}
    captures = all_captures()
    for name in sys.argv[1:] or captures:
        check(checks, name, captures[name], used, totals)
    if not sys.argv[1:] and public_captures():
        unused = [row for row in EXPLAINED if id(row) not in used]
        checks.that('every explanation explains something', not unused, str([row[:3] for row in unused]))
    for whence, kinds in totals.items():
        print('%s: %d facts (%s)' % (whence, sum(kinds.values()), ', '.join('%d %s' % (kinds[kind], kind) for kind in sorted(kinds))))
    checks.finish()


if __name__ == '__main__':
    main()
