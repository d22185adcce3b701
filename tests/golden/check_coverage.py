#!/usr/bin/python3
"""Holds docs/COVERAGE.md against the tables it is made of: ashiato-sensor --list protocols and schema/catalogue.json. --update (make
coverage-page) writes it again."""
import collections
import difflib
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from programs import ROOT, SENSOR, run

PAGE = os.path.join(ROOT, 'docs', 'COVERAGE.md')
CATALOGUE = os.path.join(ROOT, 'schema', 'catalogue.json')
LISTS = ('rpc', 'shares', 'pipes', 'files', 'auth')  # of the catalogue: those whose rows are acts

INTRODUCTION = '''# What Ashiato understands

Made by `make coverage-page` from the tables the programs work with (`ashiato-sensor --list protocols`, `schema/catalogue.json`) and
checked by `tests/golden/check_coverage.py`; do not edit. *Read*: facts are taken from the command and its answer. *Followed*: it is
framed and matched to its answer, so that nothing behind it is lost, and yields no event.
'''


def tables():
    """Name of each table of the sensor -> its rows, [name, what is said]."""
    found = collections.defaultdict(list)
    for line in run(SENSOR, '--list', 'protocols').stdout.splitlines():
        table, *row = re.split(r'\s{2,}', line.rstrip(), maxsplit=2)
        found[table].append(row)
    return found


def names(rows):
    return ', '.join('`%s`' % name for name in dict.fromkeys(row[0] for row in rows))


def table(*columns):
    """A Markdown table's head; rows follow."""
    return ['| %s |' % ' | '.join(columns), '|%s' % ('---|' * len(columns))]


def on_the_wire(t):
    yield '## On the wire\n'
    yield from table('what', 'which')
    for title, name in (('protocols', 'protocol'), ('SMB dialects', 'smb dialect'), ('compression', 'smb compression'),
                        ('ciphers recognised', 'smb cipher'), ('mechanisms of authentication', 'auth mechanism'),
                        ('output formats', 'format'), ('Zeek logs', 'zeek log')):
        yield '| %s | %s |' % (title, names(t[name]))


def commands(t):
    yield '\n## SMB commands\n'
    yield from table('dialects', 'read', 'followed')
    for title, name in (('SMB1', 'smb1 command'), ('SMB2 and SMB3', 'smb2 command')):
        yield '| %s | %s | %s |' % (title, *(names(row for row in t[name] if row[1] == how) for how in ('read', 'followed')))
    yield '\nInside of them:\n'
    yield from table('what', 'read')
    for title, name in (('functions of SMB1 transactions', 'smb1 function'), ('information set on a file', 'smb information'),
                        ('calls of the Remote Administration Protocol', 'smb1 rap call'), ('control codes', 'smb control code'), ('create contexts', 'smb2 create context')):
        yield '| %s | %s |' % (title, names(t[name]))


def interfaces(t):
    operations = sum(int(row[1].split()[0]) for row in t['rpc interface'])
    decoded = collections.defaultdict(list)
    for interface, operation in t['rpc arguments']:
        decoded[interface].append(operation)
    yield '\n## DCE/RPC\n'
    yield '%d interfaces and %d of their operations are named. Arguments are read, where they are not sealed, of %d operations:\n' % (
        len(t['rpc interface']), operations, len(t['rpc arguments']))
    yield from table('interface', 'operations whose arguments are read')
    for interface in sorted(decoded, key=str.lower):
        yield '| %s | %s |' % (interface, ', '.join('`%s`' % name for name in decoded[interface]))


def kinds(t):
    yield '\n## Files by content\n'
    yield from table('kind', 'what it is')
    for name, meaning in t['file kind']:
        yield '| `%s` | %s |' % (name, meaning)


def act_of(row):
    if 'interface' in row:
        return '%s.%s' % (row['interface'], row['operation'])
    return row['step']


def detection(catalogue):
    techniques = collections.defaultdict(list)
    for row in (row for name in LISTS for row in catalogue[name]):
        techniques[row.get('technique') or 'none of its own'].append(row)
    yield '\n## Acts by technique\n'
    yield '%d acts of the catalogue; the score is what the heaviest of a row is worth alone, 0 to 100.\n' % sum(map(len, techniques.values()))
    yield from table('ATT&CK', 'score', 'acts')
    for technique in sorted(techniques):
        rows = techniques[technique]
        acts = ', '.join('`%s`' % act for act in dict.fromkeys(map(act_of, rows)))
        yield '| %s | %d | %s |' % (technique, max(row['score'] for row in rows), acts)


def page():
    t = tables()
    with open(CATALOGUE, encoding='utf-8') as f:
        catalogue = json.load(f)
    parts = (on_the_wire(t), commands(t), interfaces(t), kinds(t), detection(catalogue))
    return INTRODUCTION + '\n' + '\n'.join(line for part in parts for line in part) + '\n'


def main():
    now = page()
    if '--update' in sys.argv:
        with open(PAGE, 'w', encoding='utf-8') as f:
            f.write(now)
    with open(PAGE, encoding='utf-8') as f:
        kept = f.read()
    if kept != now:
        sys.stdout.writelines(difflib.unified_diff(kept.splitlines(True), now.splitlines(True), 'docs/COVERAGE.md', 'the tables'))
        sys.exit('docs/COVERAGE.md is not what the tables say: make coverage-page writes it again')
    print('docs/COVERAGE.md: %d lines are what the tables say' % now.count('\n'))


if __name__ == '__main__':
    main()
