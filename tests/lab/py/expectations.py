"""What a scenario says must come out, and what of it did. One line an expectation, its kind first; KINDS has a row for each:

    incident PROFILE SEVERITY VERDICT   the collector opened exactly such an incident; any other is false
    account NAME                        whom the incidents name
    technique T...                      each is in an incident; any other in one is false
    step NAME...                        each is a step of an incident; a pattern as in `svcctl.*` will do
    never NAME...                       none of these is a step of an incident or an access
    access VERDICT                      the ledger has an access so judged; any other verdict is false
    file ACTION NAME KIND               the ledger of files has it
    event KIND...                       the sensors reported some of that kind
    opaque ACCOUNT                      an encrypted session of that account is listed; any other is false
"""
from fnmatch import fnmatchcase


class Findings:
    """What the collector says, as far as expectations ask for it: sets of texts, by kind."""

    def __init__(self, incidents, accesses, files, opaque, events):
        steps = {step['step'] for row in incidents for step in row['steps']}
        self.of = {
            'incident': {'%s %s %s' % (row['profile'], row['severity'], row['verdict']) for row in incidents},
            'account': {str(row['account']) for row in incidents},
            'technique': {technique for row in incidents for technique in row['techniques']},
            'step': steps,
            'never': steps | {step for row in accesses for step in row['steps']},
            'access': {row['verdict'] for row in accesses},
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
    'access': (one, True),
    'file': (one, False),
    'opaque': (one, True),
    'event': (str.split, False),
}


def read(text):
    """(kind, value) of each thing that is expected."""
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, _, rest = line.partition(' ')
        for value in KINDS[kind][0](rest):
            yield kind, value


def read_gaps(text):
    """{(kind, value): reason}"""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        what, _, reason = line.partition(': ')
        found.update({key: reason for key in read(what)})
    return found


def is_there(findings, kind, value):
    return any(fnmatchcase(have, value) if kind in ('step', 'never', 'file') else have == value for have in findings.of[kind])


class Verdict:
    """The comparison: how much was expected and found, sentences for what is missing or false, and the gaps."""

    def __init__(self, findings, expected, gaps):
        self.expected, self.missing, self.false, self.closed = 0, [], [], []
        self.gaps = ['%s %s: %s' % (kind, value, reason) for (kind, value), reason in gaps.items()]
        for kind, value in expected:
            self._hold(findings, kind, value)
        for kind, value in gaps:
            if is_there(findings, kind, value):
                self.closed.append('%s %s is there now: name it under expect' % (kind, value))
        self._surplus(findings, set(expected) | set(gaps))

    def _hold(self, findings, kind, value):
        self.expected += 1
        if kind == 'never':
            if is_there(findings, kind, value):
                self.false.append('step %s' % value)
        elif not is_there(findings, kind, value):
            self.missing.append('%s %s' % (kind, value))

    def _surplus(self, findings, named):
        for kind, (_, is_complete) in KINDS.items():
            if is_complete:
                self.false += ['%s %s' % (kind, value) for value in sorted(findings.of[kind]) if (kind, value) not in named]
