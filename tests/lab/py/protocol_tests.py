"""smbtorture's traffic, test by test, as three understand it: the live sensor, the sensor reading the stored capture, and tshark."""
import collections
import itertools
import os

import command_facts
import event_facts
import tshark
import wire_facts
import wire_messages
from comparison import differences, in_words
from programs import read_commands, read_events, traffic

from evidence import Notes

Window = collections.namedtuple('Window', 'test began ended')
Explained = collections.namedtuple('Explained', 'test kind only_in right why')

SESSION_IS_OVER = ('the next logon names this session as its previous one, which ends it and its trees ([MS-SMB2] 3.3.5.5.3): the server '
                   'answers that there is no such session')

ONE_ID = ('several requests under one MID are under way: the server answers them in turn, so the first answer is that of the first, where '
          'tshark gives it to the last')

EXPLAINED = [
    Explained('base.negnowait', 'negotiate', 'sensor', 'sensor', ONE_ID),
    Explained('base.negnowait', 'negotiate', 'tshark', 'sensor', ONE_ID),
    Explained('smb2.session.reconnect1', 'create', 'sensor', 'sensor', SESSION_IS_OVER),
    Explained('smb2.session.reconnect1', 'create', 'tshark', 'sensor', SESSION_IS_OVER),
]


class Reading:
    """What one of the three says: facts, each SMB command by itself (not the live sensor), how many those were, and the connections it
    calls malformed."""

    def __init__(self, facts, commands, messages, malformed):
        self.facts, self.commands, self.messages, self.malformed = facts, commands, messages, malformed


def reading_of_sensor(events, commands=None):
    summaries = [event for event in events if event['kind'] == 'flow.summary']
    read = [event['body']['counters'].get('smb.messages', 0) for event in events if event['kind'] == 'sensor.health']
    return Reading(event_facts.facts(traffic(events)), commands, max(read, default=0),
                   [event_facts.connection(event) for event in summaries if event['body']['malformed']])


def reading_of_tshark(capture):
    frames = tshark.frames(capture)
    spoilt = [frame for frame in frames if any(pdu.name == '_ws.malformed' for pdu in frame.pdus)]
    commands = command_facts.of_wire(frames)
    return Reading(wire_facts.facts_of(frames), commands, len(commands),
                   ['%s > %s' % ends for frame in spoilt for ends in (wire_messages.ends(frame), wire_messages.ends(frame)[::-1])])


class Owners:
    """Whose a connection is: the test during which it began."""

    def __init__(self, notes, events):
        self.windows = [Window(*row) for row in notes.of('torture')]
        began = [(event_facts.connection(event), event['time']) for event in events if event['kind'] == 'flow.summary']
        self._of = {connection: window.test for connection, time in began for window in self.windows
                    if window.began <= time <= window.ended}

    def of(self, connection):
        """The same of one direction, 'source > destination'."""
        return self._of.get(connection) or self._of.get(' > '.join(connection.split(' > ')[::-1]), 'no test')


def explanation(test, difference):
    for row in EXPLAINED:
        if (row.test, row.kind, row.only_in) == (test, difference.fact.kind, difference.only_in):
            return row
    return None


def in_a_sentence(difference, readings, row):
    """What only one of them says, and who is right; both readings of the sensor usually say the same."""
    return '%s [%s]%s' % (in_words(difference), ' and '.join(readings), ': %s is right: %s' % (row.right, row.why) if row else '')


def all_differences(wire, readings):
    """(difference, names of the readings in which it is)"""
    found = collections.OrderedDict()
    for name, reading in readings.items():
        of_commands = differences(wire.commands, reading.commands) if reading.commands is not None else ()
        for difference in itertools.chain(differences(wire.facts, reading.facts), of_commands):
            key = difference.only_in, difference.fact._replace(where=None)
            found.setdefault(key, (difference, []))[1].append(name)
    return found.values()


def compare(lab, live_events=None):
    """A row for each test: how many facts each of the three (two, when nobody watched) states, and what they do not agree about; and
    what is wrong with the whole."""
    notes = Notes(os.path.join(lab, 'truth.tsv'))
    capture = os.path.join(lab, notes.talks()[0].site + '.pcap')
    stored_events = read_events(capture)
    wire = reading_of_tshark(capture)
    sensor = {'stored': reading_of_sensor(stored_events, command_facts.of_sensor(read_commands(capture)))}
    if live_events is not None:
        sensor['live'] = reading_of_sensor(live_events)
    owners = Owners(notes, stored_events)
    rows = {window.test: new_row(window.test) for window in owners.windows}

    def row_of(connection):
        return rows.setdefault(owners.of(connection), new_row(owners.of(connection)))

    for key, reading in {'tshark': wire, **sensor}.items():
        for fact in reading.facts:
            row_of(fact.connection)[key] += 1
    for command in wire.commands:
        row_of(command.connection)['commands'] += 1
    unused = [row for row in EXPLAINED if row.test in rows]
    for difference, names in all_differences(wire, sensor):
        row = row_of(difference.fact.connection)
        why = explanation(row['test'], difference)
        unused = [row for row in unused if row is not why]
        row[kind_of(why)].append(in_a_sentence(difference, names, why))
    for name, reading in sensor.items():
        for connection in set(reading.malformed) - set(wire.malformed):
            row_of(connection)['differs'].append('malformed for the sensor alone: %s [%s]' % (connection, name))
    wrong = ['messages: tshark %d, sensor %d [%s]' % (wire.messages, reading.messages, name)
             for name, reading in sensor.items() if reading.messages != wire.messages]
    wrong += ['explains nothing any more: %s' % ' '.join(row[:3]) for row in unused]
    return {'tests': list(rows.values()), 'messages': wire.messages, 'facts': len(wire.facts), 'differing_facts': wrong}


def kind_of(why):
    """A gap is what the sensor is wrong about."""
    return 'differs' if why is None else 'gap' if why.right == 'tshark' else 'explained'


def new_row(test):
    return {'test': test, 'tshark': 0, 'stored': 0, 'live': 0, 'commands': 0, 'explained': [], 'gap': [], 'differs': []}
