"""Keeps count of what was compared, shows what differs, and ends a program as every check of ours ends."""
import collections
import difflib
import sys


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.facts = 0

    def that(self, name, is_so, why_not=''):
        """One check; returns whether it passed. What it says is shown only when it fails."""
        if is_so:
            self.passed += 1
        else:
            self.failed += 1
            print('FAILED %s%s' % (name, ': ' + why_not if why_not else ''))
        return bool(is_so)

    def same(self, name, wanted, got):
        """Two lists hold the same facts in the same order; each element counts as one."""
        wanted, got = list(wanted), list(got)
        self.facts += max(len(wanted), len(got))
        return self.that(name, wanted == got, '\n' + difference(wanted, got))

    def same_in_any_order(self, name, wanted, got):
        return self.same(name, sorted(wanted, key=repr), sorted(got, key=repr))

    def none_empty(self, name, **sides):
        """A comparison of nothing with nothing proves nothing."""
        empty = [side for side, facts in sides.items() if not facts]
        return self.that(name, not empty, 'nothing to compare: empty: %s' % ', '.join(empty))

    def finish(self):
        """Ends the program: the last line sums up, the exit code is 1 when anything failed or nothing was checked."""
        print('%d facts compared' % self.facts)
        print('%d passed, %d failed' % (self.passed, self.failed))
        sys.exit(1 if self.failed or not self.passed else 0)


def difference(wanted, got, most=30):
    """Lines that say what is missing (-) and what is too much (+)."""
    wanted, got = [show(fact) for fact in wanted], [show(fact) for fact in got]
    lines = [line for line in difflib.ndiff(wanted, got) if line[0] in '+-']
    more = ['... and %d more' % (len(lines) - most)] if len(lines) > most else []
    return '\n'.join('    ' + line for line in lines[:most] + more)


def show(fact):
    return fact if isinstance(fact, str) else repr(fact)


def count_by(items, key):
    """'3 smb.create, 1 rpc.call': how many of each."""
    counts = collections.Counter(key(item) for item in items)
    return ', '.join('%d %s' % (counts[kind], kind) for kind in sorted(counts))


def skip(why):
    """Ends the program as passed, saying what was not done."""
    print('NOTICE nothing was checked: %s' % why)
    print('0 passed, 0 failed')
    sys.exit(0)
