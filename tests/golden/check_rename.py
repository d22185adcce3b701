#!/usr/bin/python3
"""check_rename.py [CAPTURE-NAME...]: nothing is recognised by a name an intruder can choose. Each capture is renamed
consistently (files, services, hosts, workstations, domains, users, addresses) and analyzed beside the original: same steps, order
and counts, same profile, techniques and severity; other names in the details.

The names of pipes that a tool's protocol fixes (RemCom_communicaton) stay; those of executables and services do not."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks
from programs import all_captures, analyze, facts_of, golden_cases, public_captures
from rename_pcap import Renaming

# The laboratory's hosts, accounts and domains. A new name is as long as the old one.
LAB_NAMES = {'admin': 'gamma', 'FS1': 'QX7', 'FS2': 'QX8', 'LAB': 'ZUP', 'CL1': 'WN8'}
DOMAIN_NAMES = {'LAB.TEST': 'ZUP.FEST', 'mem1.lab.test': 'srv7.zup.fest'}
LAB_ADDRESSES = {'10.77.0.21': '172.9.5.46', '10.77.0.11': '172.9.8.33', '10.77.0.13': '172.9.8.36'}

# Cases with names of their own beside the files and services of their facts.json.
TOOL_NAMES = {
    'psexec-samba': {'PSEXESVC': 'spoolfix', 'PsExec': 'Update'},
    'smbexec-impacket-pth': {'__output': 'vacation', 'execute.bat': 'mondays.cmd', 'BTOBTO': 'qwerty'},
    'psexec-kerberos-clear.pcap': {'PSEXESVC': 'Spoolfix', 'psexesv': 'spoolfi', 'VICTIM-PC': 'LAPTOP-42', 'dc1': 'srv',
                                   'dc1.contoso.local': 'srv.fabrica.inner', 'contoso.local': 'fabrica.inner',
                                   'CONTOSO.LOCAL': 'FABRICA.INNER'},
}
PUBLIC_ADDRESSES = {'192.168.10.31': '192.168.44.75', '192.168.10.10': '192.168.44.12', '192.168.10.30': '192.168.44.88'}
PUBLIC_CASE = 'psexec-kerberos-clear.pcap'

CASES = ('psexec', 'smbexec', 'pth-admin-copy')


def cases():
    names = [name for name in golden_cases() if name.startswith(CASES)]
    return names + [PUBLIC_CASE] if PUBLIC_CASE in public_captures() else names


def renaming_of(name):
    if name == PUBLIC_CASE:
        return Renaming(TOOL_NAMES[name], PUBLIC_ADDRESSES)
    facts = facts_of(golden_cases()[name])
    names = {**(DOMAIN_NAMES if facts.get('background') else LAB_NAMES), **TOOL_NAMES.get(name, {})}
    for stem in stems(facts):
        names.setdefault(stem, stem.swapcase()[::-1])
    addresses = {**LAB_ADDRESSES, '10.77.0.12': '172.9.8.34'}
    return Renaming(names, {old: new for old, new in addresses.items() if old in (facts['client'], facts['server'])})


def stems(facts):
    """Files without their extension, services and display names that could be read on the wire."""
    if facts['encrypted']:
        return set()
    files = [os.path.splitext(row['path'])[0] for row in facts['files']]
    return {*files, *(row[key] for row in facts['services'] for key in ('service', 'display'))}


# ---- what must stay, what must not -----------------------------------------------------------------------------------------

def unchanged(report):
    """The parts of an analysis that no name has a part in."""
    for incident in report['incidents']:
        yield ('incident', incident['profile'], incident['severity'], incident['score'], tuple(incident['techniques']),
               incident['verdict'])
        yield from (('step', step['step'], step['count'], step.get('admin')) for step in incident['steps'])
    for access in report['accesses']:
        yield 'access', access['auth'], access['verdict'], tuple(access['steps']), tuple(access['findings'])
    for row in report['files']:
        yield 'file', row['action'], row['bytes'], row['complete'], row['kind']
    for row in report['opaque']:
        yield 'opaque', row['dialect']
    yield 'coverage', report['coverage']['events'], report['coverage']['gaps'], report['coverage']['malformed']


# Where a report says names; the words around them (titles, evidence) are ours.
NAMING = ('account', 'destination', 'destinations', 'detail', 'path', 'source', 'workstation')


def texts(value, is_naming=False):
    """Every text in a report that is a name or holds one."""
    if isinstance(value, dict):
        return [text for key, part in value.items() for text in texts(part, is_naming or key in NAMING)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part, is_naming)]
    return [value] if isinstance(value, str) and is_naming else []


def named(report, names):
    """name -> the first text that holds it."""
    said = texts(report)
    found = {name: next((text for text in said if name in text), None) for name in names}
    return {name: text for name, text in found.items() if text is not None}


def check(checks, name, folder):
    source, target = all_captures()[name], os.path.join(folder, name + '.renamed.pcap')
    renaming = renaming_of(name)
    renaming.apply(source, target)
    (code, before), (renamed_code, after) = analyze(source), analyze(target)

    facts = list(unchanged(before))
    checks.none_empty(name, incidents_or_opaque=before['incidents'] + before['opaque'])
    checks.same(name + ': steps, profile, techniques, severity', facts, list(unchanged(after)))
    checks.same(name + ': exit code', [code], [renamed_code])
    prove_renamed(checks, name, renaming, before, after)
    print('%s: %d facts unchanged, %d names replaced %d times'
          % (name, len(facts), len(renaming.counts), sum(renaming.counts.values())))


def prove_renamed(checks, name, renaming, before, after):
    shown, left = named(before, renaming.counts), named(after, renaming.counts)
    checks.that(name + ': the original report shows the old names', len(shown) >= 3, str(shown))
    checks.that(name + ': each of them was found in the capture', all(renaming.counts[old] for old in shown), str(renaming.counts))
    checks.that(name + ': the renamed report shows none of them', not left, str(left))


def main():
    checks = Checks()
    if not public_captures():
        print('NOTICE ../shared/captures is absent: golden cases only')
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or cases():
            check(checks, name, folder)
    checks.finish()


if __name__ == '__main__':
    main()
