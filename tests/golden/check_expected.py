#!/usr/bin/python3
"""check_expected.py [CASE...]: every golden case still gives the events and the incidents that are kept beside it. When it does
not and that is on purpose: tests/golden/update CASE, and read what it prints."""
import difflib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks
from expected import WRITERS, stored
from programs import golden_cases

MOST_LINES = 60


def diff(name, wanted, got):
    lines = list(difflib.unified_diff(wanted.splitlines(), got.splitlines(), name + ' (kept)', name + ' (now)', lineterm='', n=1))
    more = ['... %d more lines' % (len(lines) - MOST_LINES)] if len(lines) > MOST_LINES else []
    return '\n'.join(line[:400] for line in lines[:MOST_LINES] + more)


def main():
    checks = Checks()
    cases = golden_cases()
    for case in sys.argv[1:] or cases:
        for name, write in WRITERS.items():
            label, wanted, got = '%s/%s' % (case, name), stored(cases[case], name), write(cases[case])
            checks.none_empty(label, kept=wanted, now=got)
            checks.facts += got.count('\n')
            checks.that(label, wanted == got, '\n' + diff(label, wanted or '', got))
    checks.finish()


if __name__ == '__main__':
    main()
