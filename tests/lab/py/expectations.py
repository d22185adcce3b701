"""What a scenario says must come out, and what of it did. One line an expectation, its kind first; KINDS has a row for each:

    incident PROFILE SEVERITY VERDICT   the collector opened exactly such an incident; any other is false
    account NAME                        whom the incidents name
    technique T...                      each is in an incident; any other in one is false
    step NAME...                        each is a step of an incident; a pattern as in `svcctl.*` will do
    never NAME...                       none of these is a step of an incident or an access
    hop SOURCE DESTINATION ACCOUNT      an incident leads this account from here to there
    access VERDICT                      the ledger has an access so judged; any other verdict is false
    finding TEXT                        an access has it; a pattern will do
    file ACTION NAME KIND               the ledger of files has it
    event KIND...                       the sensors reported some of that kind
    opaque ACCOUNT                      an encrypted session of that account is listed; any other is false

A line is about the site of the case's server, unless it begins with @SITE.
"""
import sys
from fnmatch import fnmatchcase


def texts_of(incidents, accesses, files, opaque, events):
    """What the collector says of one site, as far as expectations ask for it: sets of texts, by kind."""
    steps = {step['step'] for row in incidents for step in row['steps']}
    return {
        'incident': {'%s %s %s' % (row['profile'], row['severity'], row['verdict']) for row in incidents},
        'account': {str(row['account']) for row in incidents},
        'technique': {technique for row in incidents for technique in row['techniques']},
        'step': steps,
        'never': steps | {step for row in accesses for step in row['steps']},
        'hop': {'%s %s %s' % (row['source'], destination, row['account']) for row in incidents for destination in row['destinations']},
        'access': {row['verdict'] for row in accesses},
        'finding': {finding for row in accesses for finding in row['findings']},
        'file': {'%s %s %s' % (row['action'], row['path'].split('\\')[-1], row['kind']) for row in files},
        'opaque': {str(row['account']) for row in opaque},
        'event': {row['kind'] for row in events},
    }


def one(rest):
    return [rest]


# kind: (the line's rest -> the values it names, whether a value nobody named is false)
KINDS = {
    'incident': (one, True),
    'account': (one, True),
    'technique': (str.split, True),
    'step': (str.split, False),
    'never': (str.split, False),
    'hop': (one, False),
    'access': (one, True),
    'finding': (one, False),
    'file': (one, False),
    'opaque': (one, True),
    'event': (str.split, False),
}
PATTERNS = ('step', 'never', 'finding', 'file')


class Findings:
    """What the collector says, by site. The five lists are rows that name theirs."""

    def __init__(self, *lists):
        self.sites = sorted({row['site'] for rows in lists for row in rows})
        self.of = {site: texts_of(*[[row for row in rows if row['site'] == site] for rows in lists]) for site in self.sites}

    def values(self, site, kind):
        return self.of[site][kind] if site in self.of else set()

    def have(self, site, kind, value):
        return any(fnmatchcase(have, value) if kind in PATTERNS else have == value for have in self.values(site, kind))


def read(text, home):
    """(site, kind, value) of each thing that is expected."""
    for line in filter(None, map(str.strip, text.splitlines())):
        site, line = line[1:].split(' ', 1) if line.startswith('@') else (home, line)
        kind, _, rest = line.partition(' ')
        if kind not in KINDS or not rest:
            sys.exit('nobody can expect "%s": there are %s' % (line, ', '.join(KINDS)))
        for value in KINDS[kind][0](rest):
            yield site, kind, value


def read_gaps(text, home):
    """{(site, kind, value): reason}"""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        what, _, reason = line.partition(': ')
        found.update({key: reason for key in read(what, home)})
    return found


class Verdict:
    """The comparison: how much was expected and found, sentences for what is missing or false, and the gaps."""

    def __init__(self, findings, home, expected, gaps):
        self._findings, self._home = findings, home
        expected, gaps = list(read(expected, home)), read_gaps(gaps, home)
        self.expected, self.missing, self.false, self.closed, self._broken = len(expected), [], [], [], 0
        self.gaps = ['%s: %s' % (self._words(*key), reason) for key, reason in gaps.items()]
        for key in expected:
            self._hold(*key)
        for key in gaps:
            if findings.have(*key):
                self.closed.append('%s is there now: name it under expect' % self._words(*key))
        self._surplus(set(expected) | set(gaps))

    @property
    def found(self):
        return self.expected - len(self.missing) - self._broken

    def _words(self, site, kind, value):
        return '%s%s %s' % ('' if site == self._home else '@%s ' % site, kind, value)

    def _hold(self, site, kind, value):
        there = self._findings.have(site, kind, value)
        if kind == 'never' and there:
            self._broken += 1
            self.false.append(self._words(site, 'step', value))
        elif kind != 'never' and not there:
            self.missing.append(self._words(site, kind, value))

    def _surplus(self, named):
        for site in self._findings.sites:
            for kind, (_, is_complete) in KINDS.items():
                if is_complete:
                    self.false += [self._words(site, kind, value) for value in sorted(self._findings.values(site, kind))
                                   if (site, kind, value) not in named]
