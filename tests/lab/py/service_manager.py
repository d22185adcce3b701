#!/usr/bin/python3
"""service_manager.py: the pipes behind smbd that Samba itself cannot answer to the end: svcctl and RemCom's.
Writes one JSON line for each thing that was asked of it: the server's own evidence for a recording."""
import argparse
import json
import threading

from pipes import PipeHost
from remcom import RemCom
from svcctl import Services, SvcctlPipe


def logger(path):
    out, lock = open(path, 'a', buffering=1), threading.Lock()

    def log(**fields):
        with lock:
            out.write(json.dumps(fields) + '\n')
    return log


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--pipes', required=True, help="smbd's <ncalrpc dir>/np")
    parser.add_argument('--admin', required=True, help='the folder behind ADMIN$')
    parser.add_argument('--drive', required=True, help='the folder behind C$')
    parser.add_argument('--log', required=True)
    args = parser.parse_args()

    log = logger(args.log)
    host = PipeHost(args.pipes, log)
    services = Services(args.admin, args.drive, log)
    host.serve('svcctl', lambda pipe: SvcctlPipe(services, pipe.client).serve(pipe))
    host.serve('RemCom_communicaton', RemCom(host, log).serve)
    print('ready', flush=True)
    threading.Event().wait()


if __name__ == '__main__':
    main()
