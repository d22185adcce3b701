#!/usr/bin/python3
"""scoreboard.py: the results of a run as a table, in clear and encrypted apart, and as JSON. Exits 1 unless every scenario
was proved to have happened and came out as expected."""
import argparse
import json
import os
import sys

COLUMNS = '%-28s %-9s %-12s %8s %6s %6s %5s %6s  %s'
SAID_LINES = 8                          # of a scenario that was not played: its error, then what its last client said


def load(folder, name):
    """The result of a scenario; one that did not get that far has only what it said."""
    path = os.path.join(folder, name + '.json')
    if os.path.exists(path):
        with open(path, encoding='utf-8') as f:
            row = json.load(f)
        bad = row['missing'] or row['false'] or row['closed_gaps'] or row['differing_facts'] or row['losses']
        return {**row, 'status': 'failed' if bad else 'ok'}
    with open(os.path.join(folder, name + '.log'), encoding='utf-8', errors='replace') as f:
        return {'scenario': name, 'wire': None, 'status': 'not played', 'said': f.read().splitlines()[:SAID_LINES]}


def table(rows):
    yield COLUMNS % ('scenario', 'by', 'dialect', 'expected', 'found', 'false', 'gaps', 'facts', '')
    for row in rows:
        yield COLUMNS % (row['scenario'], row['by'], row['dialect'], row['expected'], row['found'], len(row['false']), len(row['gaps']),
                         row['facts'], '' if row['status'] == 'ok' else 'FAILED')


def remarks(row):
    """(what, line) of everything there is to say about a scenario."""
    for key, label in (('missing', 'missing'), ('false', 'false'), ('differing_facts', 'differs'), ('losses', 'lost'),
                       ('closed_gaps', 'gap closed'), ('gaps', 'gap'), ('said', 'not played')):
        for line in row.get(key, []):
            yield '%-11s %s' % (label, line)


def show(rows):
    for wire, title in (('clear', 'In clear'), ('encrypted', 'Encrypted')):
        of_wire = [row for row in rows if row['wire'] == wire]
        if of_wire:
            print('\n'.join(['', title, *table(of_wire)]))
    for row in rows:
        for remark in remarks(row):
            print('%s: %s' % (row['scenario'], remark))


def main():
    parser = argparse.ArgumentParser()
    for name in ('results', 'json'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--seconds', type=int, required=True)
    parser.add_argument('scenarios', nargs='+')
    args = parser.parse_args()

    rows = [load(args.results, name) for name in args.scenarios]
    show(rows)
    good = sum(row['status'] == 'ok' for row in rows)
    gaps = sum(len(row.get('gaps', [])) for row in rows)
    print('\n%d of %d scenarios as expected, %d known gaps, %d s' % (good, len(rows), gaps, args.seconds))
    with open(args.json, 'w', encoding='utf-8') as f:
        json.dump({'seconds': args.seconds, 'scenarios': rows}, f, ensure_ascii=False, indent=1)
    sys.exit(0 if good == len(rows) else 1)


if __name__ == '__main__':
    main()
