#!/usr/bin/python3
"""check_zeek.py [--update] [CASE...]: the logs of --format zeek are those kept as expected-zeek.txt beside some cases, have the fields
that Zeek's users know, and of every capture at hand both formats say the same, row by row. --update writes the kept ones again."""
import difflib
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
from checks import Checks
from programs import SENSOR, Failure, all_captures, capture_of, golden_cases, run

KEPT = 'expected-zeek.txt'
CASES = ('psexec-impacket', 'psexec-samba', 'ordinary-smb1', 'refused')

CONNECTION = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p '
FIELDS = {
    'smb_files': CONNECTION + 'fuid action path name size prev_name times.modified times.accessed times.created times.changed',
    'smb_mapping': CONNECTION + 'path service native_file_system share_type',
    'ntlm': CONNECTION + 'username hostname domainname server_nb_computer_name server_dns_computer_name server_tree_name success',
    'dce_rpc': CONNECTION + 'rtt named_pipe endpoint operation',
    'kerberos': CONNECTION + 'request_type client service success error_msg from till cipher forwardable renewable',
}
HEADER = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-']
UNESCAPED = {'\\\\': '\\', '\\x09': '\t', '\\x2d': '-'}


def logs_of(capture, form):
    """Name of each log -> its lines."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(SENSOR, '--read', capture, '--format', form, '--out', folder)
        if done.returncode != 0:
            raise Failure('ashiato-sensor --format %s of %s ended with %d: %s' % (form, capture, done.returncode, done.stderr.strip()))
        found = {}
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding='utf-8') as f:
                found[name.removesuffix('.log')] = f.read().splitlines()
        return found


def as_text(logs):
    return ''.join('==> %s.log\n%s\n' % (name, '\n'.join(lines)) for name, lines in logs.items())


def value(text, kind):
    """A value of the tab-separated form as the JSON form has it; None when unset."""
    if text == '-':
        return None
    if kind == 'bool':
        return text == 'T'
    if kind in ('count', 'port'):
        return int(text)
    if kind in ('time', 'interval'):
        return float(text)
    if text == '(empty)':
        return ''
    for escaped, character in UNESCAPED.items():
        text = text.replace(escaped, character)
    return text


def check_form(checks, label, name, lines):
    checks.same('%s: header' % label, HEADER + ['#path\t' + name], lines[:5])
    checks.that('%s: opened and closed' % label, lines[5].startswith('#open\t') and lines[-1].startswith('#close\t'))
    checks.same('%s: fields' % label, FIELDS.get(name, '').split(), lines[6].split('\t')[1:])
    checks.same('%s: a type for each field' % label, [len(lines[6].split('\t'))], [len(lines[7].split('\t'))])


def rows(lines):
    names, kinds = lines[6].split('\t')[1:], lines[7].split('\t')[1:]
    for line in lines[8:-1]:
        values = [value(text, kind) for text, kind in zip(line.split('\t'), kinds)]
        yield {name: v for name, v in zip(names, values) if v is not None}


def check_capture(checks, name, capture):
    logs, json_logs = logs_of(capture, 'zeek'), logs_of(capture, 'zeek-json')
    checks.same('%s: logs' % name, sorted(json_logs), sorted(logs))
    for log, lines in logs.items():
        check_form(checks, '%s/%s' % (name, log), log, lines)
        checks.same('%s/%s: both forms' % (name, log), [json.loads(line) for line in json_logs.get(log, [])], list(rows(lines)))
    return logs


def check_kept(checks, case, folder, logs, is_update):
    path, now = os.path.join(folder, KEPT), as_text(logs)
    if is_update:
        with open(path, 'w', encoding='utf-8') as f:
            f.write(now)
    with open(path, encoding='utf-8') as f:
        kept = f.read()
    changed = difflib.unified_diff(kept.splitlines(), now.splitlines(), 'kept', 'now', lineterm='', n=1)
    checks.that('%s: kept logs' % case, kept == now, '\n' + '\n'.join(changed))


def main():
    checks = Checks()
    is_update = '--update' in sys.argv
    wanted = [word for word in sys.argv[1:] if word != '--update']
    folders = golden_cases()
    for name, capture in all_captures().items():
        if wanted and name not in wanted:
            continue
        logs = check_capture(checks, name, capture)
        if name in CASES:
            check_kept(checks, name, folders[name], logs, is_update)
    checks.finish()


if __name__ == '__main__':
    main()
