#!/usr/bin/python3
"""forward_logs.py --url URL --ca FILE --token TOKEN --state FILE --erased FILE --host NAME... LOG...: send what is written to the logs
to the collector as it is written, and say each second until when everything has been sent. Until that it writes to the state file.
Lines that name what stands in the erased file are not there any more when they are read: the intruder was quicker. Ends with SIGTERM.
"""
import argparse
import json
import signal
import ssl
import threading
import time
import urllib.request

PAUSE_S = 0.2


class Log:
    """A growing file; its whole lines that are new."""
    def __init__(self, path):
        self.path, self.at = path, 0

    def read(self):
        try:
            with open(self.path, 'rb') as f:
                f.seek(self.at)
                text = f.read()
        except FileNotFoundError:
            return []
        whole = text[:text.rfind(b'\n') + 1]
        self.at += len(whole)
        return whole.splitlines(keepends=True)


def lines_of(path):
    try:
        with open(path, 'rb') as f:
            return [line.strip() for line in f if line.strip()]
    except FileNotFoundError:
        return []


def heartbeat(host, now):
    stamp = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now)) + 'Z'
    return json.dumps({'timestamp': stamp, 'type': 'heartbeat', 'heartbeat': {'host': host}}).encode() + b'\n'


def post(args, body):
    request = urllib.request.Request(args.url + '/api/v1/logs', data=body, headers={'Authorization': 'Bearer ' + args.token})
    context = ssl.create_default_context(cafile=args.ca)
    context.check_hostname = False
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        answer.read()


def main():
    parser = argparse.ArgumentParser()
    for name in ('url', 'ca', 'token', 'state', 'erased'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--host', action='append', required=True)
    parser.add_argument('logs', nargs='+')
    args = parser.parse_args()
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    logs, vouched = [Log(path) for path in args.logs], 0
    while not over.wait(PAUSE_S):
        now = int(time.time()) - 1      # a second that is over: what was written in it is in the file
        gone = lines_of(args.erased)
        body = b''.join(line for log in logs for line in log.read() if not any(word in line for word in gone))
        if now > vouched:
            body += b''.join(heartbeat(host, now) for host in args.host)
        if body:
            post(args, body)
        if now > vouched:
            vouched = now
            with open(args.state, 'w', encoding='ascii') as f:
                f.write('%d\n' % vouched)


if __name__ == '__main__':
    main()
