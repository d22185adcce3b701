#!/usr/bin/python3
"""scoreboard.py: the results of a run as a table, in clear and encrypted apart, and as JSON. Exits 1 unless every scenario
was proved to have happened and came out as expected."""
import argparse
import json
import os
import sys

COLUMNS = '%-30s %-9s %-12s %-6s %8s %6s %6s %5s %6s %9s  %s'
TEST_COLUMNS = '%-44s %8s %7s %7s %7s %10s %6s  %s'
COUNTED = ('commands', 'tshark', 'stored', 'live')
COMPARED = (('missing', 'missing'), ('false', 'false'), ('closed_gaps', 'gap closed'), ('gaps', 'gap'))
SAID_LINES = 8                          # of a scenario that was not played: its error, then what its last client said


def load(folder, name):
    """The result of a scenario; one that did not get that far has only what it said."""
    path = os.path.join(folder, name + '.json')
    if os.path.exists(path):
        with open(path, encoding='utf-8') as f:
            row = json.load(f)
        bad = (any(part[key] for part in (row, row['logged']) for key in ('missing', 'false', 'closed_gaps')) or row['differing_facts']
               or row['losses'] or any(test['differs'] for test in row.get('tests', ())))
        return {**row, 'status': 'failed' if bad else 'ok'}
    with open(os.path.join(folder, name + '.log'), encoding='utf-8', errors='replace') as f:
        return {'scenario': name, 'wire': None, 'status': 'not played', 'said': f.read().splitlines()[:SAID_LINES]}


def gaps_seen(row):
    return len(row.get('gaps', [])) + sum(len(test['gap']) for test in row.get('tests', []))


def gaps_logged(row):
    return len(row.get('logged', {}).get('gaps', []))


def table(rows):
    yield COLUMNS % ('scenario', 'by', 'dialect', 'sites', 'expected', 'found', 'false', 'gaps', 'facts', 'with logs', '')
    for row in rows:
        logged = row['logged']
        yield COLUMNS % (row['scenario'], row['by'], row['dialect'], len(row['sites']), row['expected'], row['found'], len(row['false']),
                         len(row['gaps']), row['facts'], '%d of %d' % (logged['found'], logged['expected']),
                         '' if row['status'] == 'ok' else 'FAILED')


def table_of_tests(tests):
    """How many SMB commands each protocol test has, and how many facts tshark, the sensor reading the stored capture and the live one
    state of it."""
    yield TEST_COLUMNS % ('test', 'commands', 'tshark', 'stored', 'live', 'explained', 'gaps', '')
    for test in tests:
        yield TEST_COLUMNS % (test['test'], *(test[key] for key in COUNTED), len(test['explained']), len(test['gap']),
                              'FAILED' if test['differs'] else '')
    yield TEST_COLUMNS % ('all', *(sum(test[key] for test in tests) for key in COUNTED), sum(len(test['explained']) for test in tests),
                          sum(len(test['gap']) for test in tests), '')


def remarks_on_tests(tests):
    for test in tests:
        for key, label in (('differs', 'differs'), ('gap', 'gap'), ('explained', 'explained')):
            for line in test[key]:
                yield '%-11s %s: %s' % (label, test['test'], line)


def remarks(row):
    """(what, line) of everything there is to say about a scenario."""
    for key, label in (*COMPARED, ('differing_facts', 'differs'), ('losses', 'lost'), ('said', 'not played')):
        for line in row.get(key, []):
            yield '%-11s %s' % (label, line)
    for key, label in COMPARED:
        for line in row.get('logged', {}).get(key, []):
            yield '%-11s with logs: %s' % (label, line)
    yield from remarks_on_tests(row.get('tests', ()))


def show(rows):
    for wire, title in (('clear', 'In clear'), ('encrypted', 'Encrypted')):
        of_wire = [row for row in rows if row['wire'] == wire]
        if of_wire:
            print('\n'.join(['', title, *table(of_wire)]))
    for row in rows:
        if 'tests' in row:
            print('\n'.join(['', 'Protocol tests of %s: commands compared, and facts by each' % row['scenario'], *table_of_tests(row['tests'])]))
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
    print('\n%d of %d scenarios as expected, known gaps: %d by the network alone, %d with logs; %d s' % (
        good, len(rows), sum(map(gaps_seen, rows)), sum(map(gaps_logged, rows)), args.seconds))
    with open(args.json, 'w', encoding='utf-8') as f:
        json.dump({'seconds': args.seconds, 'scenarios': rows}, f, ensure_ascii=False, indent=1)
    sys.exit(0 if good == len(rows) else 1)


if __name__ == '__main__':
    main()
