"""What tshark (wire_facts.py) and the sensor (event_facts.py) say about the same traffic, held against each other: the facts that
only one of them states. Who is right about each is for the caller's table to know."""
import collections
import difflib
import re

# Reported when something ends, so their order against each other says nothing.
UNORDERED = ('delete', 'encrypted', 'pipe', 'transfer')

Difference = collections.namedtuple('Difference', 'only_in fact')


def by_place(facts):
    groups = collections.OrderedDict()
    for fact in facts:
        groups.setdefault((fact.kind, fact.connection), []).append(fact)
    return groups


def differences(wire, sensor):
    """What only one of the two says."""
    wire, sensor = by_place(wire), by_place(map(as_printed, decodable(wire, sensor)))
    for place in sorted(set(wire) | set(sensor)):
        ours, theirs = sensor.get(place, []), wire.get(place, [])
        if place[0] in UNORDERED:
            ours, theirs = [sorted(facts, key=lambda fact: repr(fact.what)) for facts in (ours, theirs)]
        matcher = difflib.SequenceMatcher(None, [fact.what for fact in theirs], [fact.what for fact in ours], autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag != 'equal':
                yield from (Difference('tshark', fact) for fact in theirs[i1:i2])
                yield from (Difference('sensor', fact) for fact in ours[j1:j2])


def as_printed(fact):
    """With control characters as tshark's XML has them."""
    return fact._replace(what=tuple(CONTROL.sub(printed, word) if isinstance(word, str) else word for word in fact.what))


def printed(control):
    return ' ' if control[0] in '\t\n\r' else '\\x%x' % ord(control[0])


CONTROL = re.compile('[\x01-\x1f\x7f]')


def decodable(wire, sensor):
    """Without the return values of operations whose answers tshark does not decode."""
    known = {fact.what[:2] for fact in wire if fact.kind == 'rpc_return'}
    return [fact for fact in sensor if fact.kind != 'rpc_return' or fact.what[:2] in known]


def in_words(difference):
    fact = difference.fact
    return 'only %s, %s: %s %s (%s)' % (difference.only_in, fact.connection, fact.kind, fact.what, fact.where)
