"""What is kept of each golden case to notice a change: the sensor's events and what the collector makes of them, reduced to
what does not depend on the day or the machine. check_expected.py compares it, update writes it anew."""
import json
import os

from programs import analyze, capture_of, read_events, traffic

EVENTS, INCIDENTS = 'expected-events.json', 'expected-incidents.json'


def events_text(folder):
    """The events about the traffic, one a line; keys that are null are left out."""
    lines = [json.dumps(without_nulls(event), ensure_ascii=False) for event in traffic(read_events(capture_of(folder)))]
    return '[\n' + ',\n'.join(lines) + '\n]\n'


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [without_nulls(part) for part in value]
    return value


def incidents_text(folder):
    code, report = analyze(capture_of(folder))
    kept = {
        'exit': code,
        'incidents': [pick(row, 'source', 'account', 'workstation', 'destinations', 'profile', 'techniques', 'severity', 'verdict',
                           steps=steps_of(row)) for row in report['incidents']],
        'accesses': [pick(row, 'source', 'destination', 'account', 'auth', 'verdict', 'findings', 'steps')
                     for row in report['accesses']],
        'files': [pick(row, 'path', 'action', 'bytes', 'complete', 'sha256', 'kind') for row in report['files']],
        'opaque': [pick(row, 'source', 'destination', 'account', 'dialect') for row in report['opaque']],
    }
    return json.dumps(kept, ensure_ascii=False, indent=1) + '\n'


def pick(row, *keys, **more):
    return {**{key: row[key] for key in keys}, **more}


def steps_of(incident):
    """'svcctl.create_service' or, repeated, 'svcctl.start_service x 2'."""
    return [step['step'] + (' x %d' % step['count'] if step['count'] > 1 else '') for step in incident['steps']]


WRITERS = {EVENTS: events_text, INCIDENTS: incidents_text}


def stored(folder, name):
    """The text that is kept; None when there is none yet."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8') as f:
        return f.read()
