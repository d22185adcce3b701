#!/usr/bin/python3
"""check_truth.py [CAPTURE...]: the public captures give what truth.json beside them demands (`must`) and nothing that it forbids
(`must_not`, `benign`). It says so and passes where ../shared/captures is absent."""
import fnmatch
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks, skip
from programs import PUBLIC, all_captures, analyze, read_events, traffic

# truth.json's word -> one of the steps that must stand there.
STEPS = {
    'admin_share_access': ['smb.tree.admin'],
    'dcsync': ['drsuapi.drs_get_nc_changes'],
    'executable_open': ['file.open.exe'],
    'psexec': ['svcctl.create_service'],
    'remote_service': ['svcctl.create_service'],
    'scheduled_task': ['atsvc.netr_job_add', 'itaskschedulerservice.sch_rpc_register_task'],
    'wmi_exec': ['iwbemservices.exec_method'],
}
TRANSFERS = {'write': ['file.write.exe'], 'read': ['file.read.exe']}
PROFILES = {'psexec': ('psexec', 'impacket-psexec', 'metasploit-psexec', 'service-exec')}

# What truth.json forbids in words of its own -> the steps or profiles (globs) that no incident and no access may have.
FORBIDDEN = {
    'admin_share_access': ['smb.tree.admin'],
    'executable_transfer': ['file.write.exe', 'file.read.exe'],
    'psexec': ['psexec', 'impacket-psexec', 'metasploit-psexec'],
    'remote_service': ['svcctl.create_service'],
}

# Needs what a later issue brings: the account of a Kerberos session is named by the exchange with the domain controller.
ACCOUNT_BY_KERBEROS = 'account_via'


class Finding:
    """What the programs say about one capture."""

    def __init__(self, capture):
        self.code, self.report = analyze(capture)
        self.events = traffic(read_events(capture))

    def steps(self, source, destination):
        """(step, detail) of every incident and access between the two."""
        for incident in self.report['incidents']:
            if incident['source'] == source:
                yield from ((step['step'], step['detail'] or {}) for step in incident['steps'] if step['destination'] == destination)
        for access in self.report['accesses']:
            if (access['source'], access['destination']) == (source, destination):
                yield from ((step, {}) for step in access['steps'])

    def accounts(self, source):
        return {row['account'] for key in ('incidents', 'accesses', 'opaque') for row in self.report[key] if row['source'] == source}

    def names(self):
        """Every step and profile of the report."""
        profiles = [incident['profile'] for incident in self.report['incidents']]
        steps = [step['step'] for incident in self.report['incidents'] for step in incident['steps']]
        return set(profiles + steps + [step for access in self.report['accesses'] for step in access['steps']])


# ---- must ----------------------------------------------------------------------------------------------------------------------

def has_steps(finding, must):
    wanted = TRANSFERS.get(must.get('direction')) if must['technique'] == 'executable_transfer' else STEPS[must['technique']]
    found = list(finding.steps(must['src'], must['dst']))
    yield 'one of %s' % wanted, any(step in wanted for step, _ in found), found
    for key in ('service', 'file', 'binpath', 'display'):
        if must.get(key):
            said = json.dumps([detail for step, detail in found if step in wanted], ensure_ascii=False)
            yield '%s %s' % (key, must[key]), json.dumps(must[key].lstrip('\\'), ensure_ascii=False)[1:-1] in said, said
    if must['technique'] in PROFILES:
        profiles = [incident['profile'] for incident in finding.report['incidents']]
        yield 'a profile of %s' % (PROFILES[must['technique']],), set(profiles) & set(PROFILES[must['technique']]), profiles
    if must.get('account') and ACCOUNT_BY_KERBEROS not in must:
        yield 'account', must['account'] in finding.accounts(must['src']), finding.accounts(must['src'])


def has_zerologon(finding, must):
    rows = [incident for incident in finding.report['incidents'] if incident['profile'] == 'zerologon']
    yield 'one incident', len(rows) == 1, finding.report['incidents']
    yield 'without an access', rows and rows[0]['accesses'] == [] and rows[0]['verdict'] is None, rows
    yield 'from and to', rows and (rows[0]['source'], rows[0]['destinations']) == (must['src'], [must['dst']]), rows


def has_logon(finding, must):
    logons = [event for event in finding.events if event['kind'] == 'smb.session_setup' and event['body']['final']]
    found = [(event['client']['ip'], event['server']['ip'], '%s\\%s' % (event['body']['domain'], event['body']['account']),
              event['body']['workstation'], event['status'] == 0) for event in logons]
    yield 'the logon', any(row[:3] == (must['src'], must['dst'], must['account']) and row[4] == must['success']
                           and must['host'] in (None, row[3]) for row in found), found


def has_opaque(finding, must):
    rows = [(row['source'], row['destination'], row['account']) for row in finding.report['opaque']]
    yield 'an opaque session', (must['src'], must['dst'], must['account']) in rows, finding.report['opaque']


MUST = {
    **{technique: has_steps for technique in (*STEPS, 'executable_transfer')},
    'encrypted_session': has_opaque,
    'failed_logon': has_logon,
    'ntlm_logon': has_logon,
    'zerologon': has_zerologon,
}


# ---- must not ------------------------------------------------------------------------------------------------------------------

def check_must_not(checks, name, truth, finding):
    for text in truth['must_not']:
        patterns = [pattern for word, globs in FORBIDDEN.items() if word in text for pattern in globs]
        breaches = sorted(said for said in finding.names() for pattern in patterns if fnmatch.fnmatch(said, pattern))
        checks.facts += 1
        checks.that('%s: must not: %s' % (name, text), not breaches, str(breaches))
    incidents = [(incident['profile'], incident['source'], incident['account']) for incident in finding.report['incidents']]
    if truth.get('benign'):
        checks.same(name + ': no incident', [], incidents)
    # whatever happened was one story: an incident an attempt would be noise
    checks.that(name + ': at most two incidents', len(incidents) <= 2, str(incidents))
    checks.that(name + ': exit code', finding.code == (1 if incidents else 0), str(finding.code))


def check(checks, name, truth, capture):
    before = checks.facts
    finding = Finding(capture)
    for must in truth['must']:
        for what, holds, found in MUST[must['technique']](finding, must):
            checks.facts += 1
            checks.that('%s: %s: %s' % (name, must['technique'], what), holds, str(found)[:1500])
    check_must_not(checks, name, truth, finding)
    print('%s: %d facts compared; %d events, %d incidents' % (name, checks.facts - before, len(finding.events), len(finding.report['incidents'])))


def main():
    path = os.path.join(PUBLIC, 'truth.json')
    if not os.path.exists(path):
        skip('%s is absent' % path)
    with open(path, encoding='utf-8') as f:
        truths = {truth['file']: truth for truth in json.load(f)}
    checks, captures = Checks(), all_captures()
    for name in sys.argv[1:] or truths:
        check(checks, name, truths[name], captures[name])
    checks.finish()


if __name__ == '__main__':
    main()
