#!/usr/bin/python3
"""check_expected.py [CASE...]: every golden case still gives the events and the incidents that are kept beside it. When it does
not and that is on purpose: tests/golden/update CASE, and read what it prints."""
import difflib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks
from expected import EVENTS, WRITERS, stored
from programs import golden_captures

MOST_LINES = 60
ABSENT = '(absent)'


def diff(name, kept, now):
    """What changed, for a reader: in events field by field, elsewhere line by line."""
    lines = list(event_diff(json.loads(kept), json.loads(now)) if name == EVENTS else line_diff(kept, now))
    lines = lines or ['only the numbering of the events differs']
    more = ['... %d more lines' % (len(lines) - MOST_LINES)] if len(lines) > MOST_LINES else []
    return '\n'.join('    ' + line for line in lines[:MOST_LINES] + more)


def line_diff(kept, now):
    lines = difflib.unified_diff(kept.splitlines(), now.splitlines(), lineterm='', n=2)
    return [line for line in lines if not line.startswith(('---', '+++'))]


def event_diff(kept, now):
    """Events that came, went or changed. The same event is the one of the same kind, time and connection."""
    matcher = difflib.SequenceMatcher(None, [identity(event) for event in kept], [identity(event) for event in now], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == 'equal':
            for before, after in zip(kept[i1:i2], now[j1:j2]):
                yield from field_diff(before, after)
        else:
            yield from ('- ' + in_short(event) for event in kept[i1:i2])
            yield from ('+ ' + in_short(event) for event in now[j1:j2])


def identity(event):
    return event['kind'], event['time'], event['client']['port']


def field_diff(before, after):
    """Sequence numbers move with every event that comes or goes; nobody wants to read that."""
    before, after = dict(flat(before)), dict(flat(after))
    for key in sorted(set(before) | set(after)):
        pair = [side.get(key, ABSENT) for side in (before, after)]
        if pair[0] != pair[1] and key != 'seq':
            yield '%s at %s: %s: %s -> %s' % (after['kind'], after['time'], key, *map(json.dumps, pair))


def flat(value, path=''):
    """('body.ranges.0.count', 512) for each value inside."""
    if not isinstance(value, (dict, list)):
        yield path, value
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from flat(part, '%s.%s' % (path, key) if path else str(key))


def in_short(event):
    return '%s at %s: %s' % (event['kind'], event['time'], json.dumps(event['body'], ensure_ascii=False)[:300])


def main():
    checks = Checks()
    cases = golden_captures()
    for case in sys.argv[1:] or cases:
        for name, write in WRITERS.items():
            label, kept, now = '%s/%s' % (case, name), stored(cases[case], name), write(cases[case])
            checks.facts += now.count('\n')
            if checks.none_empty(label, kept=kept, now=now):
                checks.that(label, kept == now, '\n' + diff(name, kept, now))
    checks.finish()


if __name__ == '__main__':
    main()
