"""A golden case's README.md."""
import textwrap
from itertools import groupby

LICENCE = ('Recorded by this project with tests/lab/record; Apache-2.0 like the rest of it. '
           'Passwords and hosts exist only in the laboratory.')
REMCOM = ('The executable that psexec.py copies is RemComSvc as python3-impacket ships it (impacket/examples/remcomsvc.py, '
          '2006 Talha Tariq, 2018 SecureAuth Corporation, Apache licence); virus scanners may know it.')
PREAUTH_REQUIRED = 25                   # KDC_ERR_PREAUTH_REQUIRED (RFC 4120 7.5.9)
MANAGERS = {
    'stand-in': "Behind Samba's pipes svcctl and atsvc answers the laboratory's stand-in for Windows' service manager and task scheduler; "
                'it executes nothing.',
    'samba': "Samba's own svcctl answers.",
}


SERVERS = {'standalone': 'a standalone Samba server', 'controller': "a Samba domain controller of `lab.test`", 'member': 'a Samba member server of it'}


def wrapped(text):
    return textwrap.fill(' '.join(text.split()), 110)


def bullets(lines):
    return '\n'.join('- ' + line for line in lines)


def code(text):
    return '`%s`' % text


def times(n):
    return '' if n == 1 else ' × %d' % n


def counted(n, thing):
    return '%d %s%s' % (n, thing, '' if n == 1 else 's')


def recording(notes, versions):
    settings = notes.settings
    lines = ['## How it was recorded', '', '```', *notes.column('command'), '```', '']
    options = '`server min protocol = %s`, `server smb encrypt = %s`' % (settings['min_protocol'], settings['encrypt'])
    changed = ''
    if any('.py ' in command for command in notes.column('command')):
        changed = ('impacket\'s example ran through `tests/lab/py/run_impacket.py`: its wait for a pipe to appear does nothing '
                   '(Samba lacks that control code)')
        changed += ' and it prefers NT LM 0.12.' if settings['dialect'] == 'NT LM 0.12' else '.'
        if any(command.startswith('secretsdump.py') for command in notes.column('command')):
            changed += " DRSGetNCChanges closes its table of prefixes with the schema's own entry, without which Samba refuses it."
    if settings['dcom'] == 'stand-in':
        changed = 'At TCP 135 and 49200 answers its stand-in for DCOM. ' + changed
    roles = {role for _, _, role in notes.of('host')}
    servers = ', '.join(text for role, text in SERVERS.items() if role in roles)
    manager = MANAGERS[settings['service_manager']] if roles & {'standalone', 'member'} else MANAGERS['samba']
    lines += [wrapped('%s with %s. %s %s' % (servers[0].upper() + servers[1:], options, manager, changed)), '',
              wrapped('Versions: %s.' % ', '.join(versions))]
    return '\n'.join(lines)


def parties(part):
    facts = part.facts
    who = sorted({logon['account'] for logon in facts['logons']})
    stations = sorted({logon['workstation'] or '(empty)' for logon in facts['logons']})
    lines = [
        '## Who talks to whom', '', '| | |', '|---|---|',
        '| client | %s |' % facts['client'],
        '| server | %s |' % facts['server'],
        '| accounts named in NTLM | %s |' % (', '.join(code(account) for account in who) or 'none'),
        '| workstation named in NTLM | %s |' % (', '.join(stations) or 'none')]
    if facts['kerberos_logons']:
        lines += ['| accounts that showed a ticket | %s |' % ', '.join(code(name) for name in facts['kerberos_logons'])]
    return '\n'.join(lines)


def logon_lines(facts):
    for (account, status, guest), group in groupby(facts['logons'], key=lambda row: (row['account'], row['status'], row['guest'])):
        yield 'logon of `%s` answered %s%s%s' % (account, status, ', as guest' if guest else '', times(len(list(group))))


def file_lines(facts):
    for f in facts['files']:
        yield '%s of `%s\\%s`, %d bytes, %s, SHA-256 `%s`' % (f['direction'], f['share'], f['path'], f['bytes'], f['kind'], f['sha256'])
    for row in facts['renamed']:
        yield 'rename of `%s\\%s` to `%s`' % (row['share'], row['from'], row['to'])
    for row in facts['deleted']:
        yield 'delete of `%s\\%s`' % (row['share'], row['path'])


def rpc_lines(facts):
    calls = [(*call, status) for call, status in zip(facts['rpc'], facts['rpc_status'])]
    for (interface, operation, status), group in groupby(calls):
        yield '%s.%s → %s%s' % (interface, operation, status or 'no status', times(len(list(group))))


def ticket_lines(facts):
    for (asked, service, etype, error), group in groupby(tuple(row.values()) for row in facts['tickets']):
        how = 'etype %d' % etype if error is None else 'error %d' % error
        yield '%s exchange for `%s` answered with %s%s' % (asked, service, how, times(len(list(group))))
    for name, group in groupby(facts['kerberos_logons']):
        yield 'logon with a ticket of `%s`%s' % (name, times(len(list(group))))


def seen(notes, facts):
    lines = ['dialect %s%s' % (facts['dialect'], ', encrypted after Session Setup' if facts['encrypted'] else '')] if facts['dialect'] else []
    lines += [*logon_lines(facts), *ticket_lines(facts)]
    if facts['shares']:
        lines += ['connected to ' + ', '.join(code(share) for share in facts['shares'])]
    lines += ['refused the connection to `%s`' % share for share in facts['refused_shares']]
    lines += file_lines(facts)
    lines += ['service `%s`, display name `%s`, image path `%s`' % (s['service'], s['display'], s['image_path']) for s in facts['services']]
    parts = ['## What must be seen', '']
    if notes.settings['visible']:
        parts += [wrapped(notes.settings['visible']), '']
    parts += [bullets(lines)]
    if facts['rpc']:
        parts += ['', 'RPC operations in order, with their return values:', '', bullets(rpc_lines(facts))]
    return '\n'.join(parts)


def outcome(facts):
    guests = sum(logon['guest'] for logon in facts['logons'])
    if guests:
        return 'none of them of an account it knows, %d let in as guest' % guests
    return '%d of them failed' % facts['failed_logons'] if facts['failed_logons'] else 'all successful'


def evidence(part):
    facts, scm_log = part.facts, part.server.scm
    lines = list(dict.fromkeys(part.talk.column('evidence')))
    if facts['logons']:
        lines += ["smbd's audit log has the same %s as the wire, %s." % (counted(len(facts['logons']), 'logon'), outcome(facts))]
    if facts['kerberos_logons']:
        lines += ["smbd's audit log has the same %s by Kerberos as the wire." % counted(len(facts['kerberos_logons']), 'session')]
    checked = sum(row['asked'] == 'AS' and row['error'] != PREAUTH_REQUIRED for row in facts['tickets'])
    if checked:
        lines += ["The controller's audit log has the same %s of an account's key, with the same results." % counted(checked, 'check')]
    calls = sum('op' in row for row in scm_log)
    if calls:
        lines += ["The stand-in's log holds the same %d calls in the same order with the same return values, as far as the wire shows "
                  'them.' % calls]
    lines += ['When `%s` was started the file behind it had %d bytes and SHA-256 `%s`.' % (
        row['service'], row['image']['bytes'], row['image']['sha256']) for row in scm_log if row.get('image')]
    lines += ['RemCom\'s pipes were opened and the command `%s` arrived.' % row['remcom'] for row in scm_log if 'remcom' in row]
    return '\n'.join(['## The servers\' own evidence', '', bullets(lines)])


def opening(keys):
    if not keys:
        return ''
    lines = ['## Opening it', '', 'The session keys (of sessions that ended with the laboratory) let tshark decrypt it:', '', '```',
             'tshark -r capture.pcap \\']
    lines += ['  -o \'uat:smb2_seskey_list:%s,%s,"",""\' \\' % key for key in keys]
    return '\n'.join(lines + ['  -Y smb2', '```', ''])


def section(notes, part):
    return '\n\n'.join([parties(part), seen(notes, part.facts), evidence(part), log_of(part)])


def log_of(part):
    return wrapped("`server-log-%s.jsonl` is that server's audit log (auth_json_audit)." % part.talk.server)


def render_torture(case, notes, found, versions):
    settings = notes.settings
    rows = ['`%s`: %d' % (row['test'], row['tshark']) for row in found['tests']]
    checked = ('The same %d SMB commands (each with its ids and status) and the same facts (names, bytes) were read by tshark and by the sensor '
               'before the recording was kept. How many facts of each test:' % found['messages'])
    return '\n\n'.join(['# %s: %s' % (case, settings['title']), wrapped(settings['about']), recording(notes, versions),
                         '## What must be seen', wrapped(checked), bullets(rows), '## Licence\n\n' + wrapped(LICENCE)]) + '\n'


def render(case, notes, parts, versions, keys):
    settings = notes.settings
    licence = LICENCE + (' ' + REMCOM if any('psexec.py' in command for command in notes.column('command')) else '')
    checked = ('Everything above was compared with tshark%s before the recording was kept; `facts.json` is the same for machines.'
               % (' (given the session keys)' if keys else ''))
    whole = ['# %s: %s' % (case, settings['title']), wrapped(settings['about']), recording(notes, versions),
             *[section(notes, part) for part in parts], wrapped(checked), opening(keys).strip(), '## Licence\n\n' + wrapped(licence)]
    return '\n\n'.join(text for text in whole if text) + '\n'
