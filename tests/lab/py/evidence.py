#!/usr/bin/python3
"""What the laboratory itself knows about a run: the case's notes, the stand-in's log, Samba's log.

evidence.py images SCM-LOG prints the file behind each service that was started, evidence.py outputs SCM-LOG the file into which each
task that was run printed."""
import hashlib
import json
import os
import re
import sys


def json_lines(path):
    if not os.path.exists(path):
        return []
    with open(path) as f:
        return [json.loads(line) for line in f]


class Rows:
    """Notes, each a list of texts, its kind first."""

    def __init__(self, rows):
        self._rows = rows

    def of(self, kind):
        return [row[1:] for row in self._rows if row[0] == kind]

    def column(self, kind):
        return [row[0] for row in self.of(kind)]


class Talk(Rows):
    """What is stated between one client and one server."""

    def __init__(self, row):
        super().__init__([])
        self.site, self.client, self.server, self.client_ip, self.server_ip, account, self.dialect = row
        self.account = account or None

    def add(self, row):
        self._rows.append(row)


class Notes(Rows):
    """truth.tsv: one tab-separated note a line (lib/truth.sh)."""

    def __init__(self, path):
        with open(path) as f:
            super().__init__([line.rstrip('\n').split('\t') for line in f])
        self.settings = {row[0]: row[1] for row in self.of('set')}

    def talks(self):
        """Those a case opens with `between`, each once, with the notes that belong to it."""
        talks, now = {}, None
        for kind, *rest in self._rows:
            if kind == 'talk':
                now = talks.setdefault(tuple(rest[1:3]), Talk(rest))
            elif now:
                now.add([kind, *rest])
        return list(talks.values())


def scm_calls(log):
    return [row for row in log if 'op' in row]


def of_client(log, address):
    """The stand-in's log of what this client asked for."""
    return [row for row in log if row.get('client') == address]


def started_images(log):
    return [row['image'] for row in log if row.get('op') == 'StartServiceW' and row.get('image')]


def created_services(log):
    return [{key: row[key] for key in ('service', 'display', 'image_path')} for row in log if row.get('op') == 'CreateServiceW']


def audit(path, kind, talk):
    """Samba's own record of what this client did over SMB, in order; kind is Authentication (NTLM, each attempt) or
    Authorization (each session)."""
    rows = [row[kind] for row in json_lines(path) if row['type'] == kind]
    return [row for row in rows if row['serviceDescription'] in ('SMB', 'SMB2') and address_of(row['remoteAddress']) == talk.client_ip]


def rpc_logons(path, talk):
    """The accounts with which this client logged on inside RPC, as Samba names them."""
    rows = [row['Authentication'] for row in json_lines(path) if row['type'] == 'Authentication']
    return ['%s\\%s' % (row['clientDomain'], row['clientAccount']) for row in rows
            if row['serviceDescription'] == 'DCE/RPC' and address_of(row['remoteAddress']) == talk.client_ip]


def kdc_checks(path, talk):
    """Whether the key was the right one, each time a controller checked what this client proved to know."""
    rows = [row['Authentication'] for row in json_lines(path) if row['type'] == 'Authentication']
    return [row['status'] == 'NT_STATUS_OK' for row in rows
            if row['serviceDescription'] == 'Kerberos KDC' and address_of(row['remoteAddress']) == talk.client_ip]


def address_of(endpoint):
    """'ipv4:10.77.0.21:49822' without kind and port."""
    return endpoint.split(':')[1] if endpoint else None


def session_keys(path):
    """(session id, session key) of each session as tshark wants them: bytes in wire order, in hex."""
    with open(path, errors='replace') as f:
        dumps = re.findall(r'Session Id +\[0000\] (.{50}).*\n +Session Key +\[0000\] (.{50})', f.read())
    return [tuple(re.sub(r'[^0-9A-F]', '', part) for part in dump) for dump in dumps]


def describe_file(path):
    with open(path, 'rb') as f:
        data = f.read()
    return {'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest(), 'kind': 'pe32' if is_pe32(data) else 'other'}


def is_pe32(data):
    at = int.from_bytes(data[0x3c:0x40], 'little')
    return data[:2] == b'MZ' and data[at:at + 4] == b'PE\0\0' and data[at + 24:at + 26] == b'\x0b\x01'


def task_outputs(log):
    return [row['output'] for row in log if row.get('output')]


if __name__ == '__main__':
    rows = json_lines(sys.argv[2])
    for line in {'images': [image['path'] for image in started_images(rows)], 'outputs': task_outputs(rows)}[sys.argv[1]]:
        print(line)
