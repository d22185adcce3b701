#!/usr/bin/python3
"""check_tshark.py [CAPTURE-NAME...]: the sensor and tshark say the same about every golden case and, where it is present,
every public capture: how many SMB messages, their commands and statuses, trees, file names, transfers, accounts, each field of NTLM's messages and of the tickets
shown, pipes, RPC interfaces, operations and their results, each with its connection and direction.

Differences are listed with the frame to look at. Those that are understood stand in EXPLAINED below; any other fails, and so
does an explanation that no longer explains anything."""
import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import event_facts
import tshark
import wire_facts
from checks import Checks, count_by, skip
from comparison import decodable, differences, in_words
from programs import all_captures, public_captures, read_events, traffic

Explained = collections.namedtuple('Explained', 'capture kind only_in right why matches')

SRVSVC, NETLOGON = '4b324fc8-1670-01d3-1278-5a47bf6ee188', '12345678-1234-abcd-ef00-01234567cffb'
MULTICHANNEL = 'benign-administrator-ordinary-share.pcap'
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


def check(checks, name, capture, used):
    wire, n_messages = wire_facts.read(capture)
    events = read_events(capture)
    sensor = decodable(wire, event_facts.facts(traffic(events)))
    found = list(differences(wire, sensor))
    explained = [explanation(name, difference) for difference in found]
    unexplained = [difference for difference, row in zip(found, explained) if not row]
    used.update(map(id, explained))
    checks.facts += max(len(wire), len(sensor))
    print('%s: %d facts by tshark, %d by the sensor (%s), %d explained differences'
          % (name, len(wire), len(sensor), count_by(sensor, lambda fact: fact.kind) or 'none', len(found) - len(unexplained)))
    if name not in WITHOUT_FACTS:
        checks.none_empty(name, tshark=wire, sensor=sensor)
    if name not in OTHER_MESSAGES:
        checks.that('%s: SMB messages' % name, n_messages == messages_read(events), '%d by tshark, %d by the sensor' % (n_messages, messages_read(events)))
    checks.that(name, not unexplained, '\n' + '\n'.join('    ' + in_words(difference) for difference in unexplained))


# Broken on purpose: no whole SMB command that yields a fact is in them.
WITHOUT_FACTS = ('robust-fragment-state.pcap', 'robust-netbios-split.pcap', 'robust-smb1-fuzz.pcap')


# Captures in which the two do not count the same messages, and why.
OTHER_MESSAGES = {
    'robust-smb1-fuzz.pcap': 'broken on purpose: behind bytes that are none the sensor finds the beginning of a message again',
}


def messages_read(events):
    """Each command of a chain and each element of a compound counts, whether it yields a fact or not."""
    return sum(event['body']['counters'].get('smb.messages', 0) for event in events if event['kind'] == 'sensor.health')


def main():
    if not tshark.is_installed():
        skip('tshark is not installed (apt-get install tshark)')
    print('against %s' % tshark.version())
    if not public_captures():
        print('NOTICE ../shared/captures is absent: golden cases only')
    checks, used = Checks(), set()
    captures = all_captures()
    for name in sys.argv[1:] or captures:
        check(checks, name, captures[name], used)
    if not sys.argv[1:] and public_captures():
        unused = [row for row in EXPLAINED if id(row) not in used]
        checks.that('every explanation explains something', not unused, str([row[:3] for row in unused]))
    checks.finish()


if __name__ == '__main__':
    main()
