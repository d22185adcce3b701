#!/usr/bin/python3
"""judge.py: ask the collector over REST what it found of one scenario, and write how that compares with two things: the
scenario's expectations, and a second witness of what was done: facts.json, which is the servers' own evidence, or for protocol
tests tshark's reading of the capture."""
import argparse
import contextlib
import io
import json
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [os.path.join(HERE, '../../lib'), os.path.join(HERE, '../../golden')]
import check_facts
from checks import Checks
from programs import traffic

import protocol_tests
from collector import Collector
from expectations import Findings, Verdict


SETTLE_SECONDS = 90      # the collector looks once a minute for streams that have stopped


def text_of(path):
    with open(path, encoding='utf-8', errors='replace') as f:
        return f.read()


def facts_that_differ(name, facts, events):
    """How many facts the events state that the servers know, and sentences for those they do not share."""
    checks, said = Checks(), io.StringIO()
    with contextlib.redirect_stdout(said):
        check_facts.check(checks, name, facts, check_facts.Seen(events))
    return checks.facts, said.getvalue().replace('FAILED %s: ' % name, 'events: ').splitlines()


def witness_of_tools(args, events):
    facts = json.loads(text_of(os.path.join(args.lab, 'out/facts.json')))
    n_facts, differing = facts_that_differ(args.scenario, facts, traffic(events))
    return {'wire': 'encrypted' if facts['encrypted'] else 'clear', 'facts': n_facts, 'differing_facts': differing}


def witness_of_torture(args, events):
    return {'wire': 'clear', **protocol_tests.compare(args.lab, events)}


WITNESSES = {'tools': witness_of_tools, 'torture': witness_of_torture}


def losses(sensors):
    """Sentences for whatever the sensor or the way to the collector lost; a run that lost something proves nothing."""
    for sensor in sensors:
        if sensor['lost']:
            yield '%d events never arrived' % sensor['lost']
        for what in ('dropped_kernel', 'dropped_interface', 'gaps', 'malformed'):
            if (sensor['health'] or {}).get(what):
                yield 'sensor: %s %d' % (what, sensor['health'][what])


def ask(collector):
    """(findings, events) as the collector has them now."""
    incidents = [collector.get('incidents/%d' % row['id']) for row in collector.all('incidents', state='all')]
    events = list(reversed(collector.all('events')))
    return Findings(incidents, collector.all('accesses'), collector.all('files'), collector.all('opaque'), events), events


def ask_when_settled(collector):
    """The same once no access waits for its server's log any more."""
    until = time.monotonic() + SETTLE_SECONDS
    while any(row['verdict'] == 'pending' for row in collector.all('accesses')) and time.monotonic() < until:
        time.sleep(0.2)
    return ask(collector)


def comparison(verdict):
    return {'expected': verdict.expected, 'found': verdict.found, 'missing': verdict.missing, 'false': verdict.false, 'gaps': verdict.gaps,
            'closed_gaps': verdict.closed}


def judge_network(args, collector, hold):
    """By what the network saw alone."""
    findings, events = ask(collector)
    return {
        'scenario': args.scenario, 'by': args.by, 'dialect': args.dialect, 'sites': findings.sites,
        **WITNESSES[args.traffic](args, events),
        **comparison(hold(findings, 'expect', 'gaps')),
        'losses': list(losses(collector.get('sensors')['items'])),
        'findings': said(findings),
        'logged': None,
    }


def judge_logged(args, collector, hold):
    """Again, now that the collector has the servers' logs: beside what was said before."""
    findings, _ = ask_when_settled(collector)
    logged = {**comparison(hold(findings, 'expect_logged', 'gaps_logged')), 'findings': said(findings)}
    return {**json.loads(text_of(args.result)), 'logged': logged}


def said(findings):
    return {site: {kind: sorted(values) for kind, values in texts.items()} for site, texts in findings.of.items()}


STAGES = {'network': judge_network, 'logged': judge_logged}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--stage', choices=STAGES, required=True)
    for name in ('scenario', 'lab', 'by', 'traffic', 'dialect', 'site', 'url', 'result'):
        parser.add_argument('--' + name, required=True)
    args = parser.parse_args()

    def hold(findings, expect, gaps):
        return Verdict(findings, args.site, text_of(os.path.join(args.lab, expect)), text_of(os.path.join(args.lab, gaps)))

    password = re.search(r'user admin, password (\S+)', text_of(os.path.join(args.lab, 'watch/collector.log')))[1]
    collector = Collector(args.url, os.path.join(args.lab, 'watch/collector/tls.crt'), 'admin', password)
    result = STAGES[args.stage](args, collector, hold)
    with open(args.result, 'w', encoding='utf-8') as f:
        json.dump(result, f, ensure_ascii=False, indent=1)


if __name__ == '__main__':
    main()
