#!/usr/bin/python3
"""service_manager.py: the pipes behind smbd that Samba itself cannot answer to the end: svcctl, atsvc and RemCom's; and DCOM, which it has not.
Writes one JSON line for each thing that was asked of it: the server's own evidence for a recording."""
import argparse
import json
import os
import threading
import time
from functools import partial

import dcom
import scheduler
import svcctl
import tcp
from pipes import PipeHost
from remcom import RemCom
from rpc_pipe import RpcPipe


def logger(path):
    out, lock = open(path, 'a', buffering=1), threading.Lock()

    def log(**fields):
        with lock:
            out.write(json.dumps(fields) + '\n')
    return log


def answer_rpc(address, interfaces, name, nt_hashes, channel):
    RpcPipe(channel, address, interfaces, name, nt_hashes).serve()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--pipes', required=True, help="smbd's <ncalrpc dir>/np")
    parser.add_argument('--admin', required=True, help='the folder behind ADMIN$')
    parser.add_argument('--drive', required=True, help='the folder behind C$')
    parser.add_argument('--address', required=True)
    parser.add_argument('--dcom', choices=('none', 'stand-in'), required=True, help='whether to answer DCOM too')
    parser.add_argument('--name', required=True, help='the server, as NTLM names it')
    parser.add_argument('--nt-hash', action='append', default=[], metavar='USER:HASH', help='who may log on inside RPC')
    parser.add_argument('--log', required=True)
    args = parser.parse_args()

    log = logger(args.log)
    while not all(os.path.exists(os.path.join(args.pipes, made)) for made in ('svcctl', 'winreg')):
        time.sleep(0.02)
    host = PipeHost(args.pipes, log)
    nt_hashes = {user: bytes.fromhex(nt_hash) for user, nt_hash in (row.split(':') for row in args.nt_hash)}
    manager = [svcctl.interface(svcctl.Services(args.admin, args.drive, log))]
    tasks = scheduler.interfaces(scheduler.Scheduler(args.admin, log))
    host.serve('svcctl', partial(answer_rpc, '\\PIPE\\ntsvcs', manager, args.name, nt_hashes))
    host.serve('atsvc', partial(answer_rpc, '\\PIPE\\atsvc', tasks, args.name, nt_hashes))
    if args.dcom == 'stand-in':
        exporter = dcom.Exporter(args.address, dcom.OBJECTS_PORT, args.admin, log)
        for port, interfaces in ((dcom.ACTIVATION_PORT, dcom.activator(exporter)), (dcom.OBJECTS_PORT, dcom.objects(exporter))):
            tcp.serve(args.address, port, partial(answer_rpc, str(port), interfaces, args.name, nt_hashes))
    host.serve('RemCom_communicaton', RemCom(host, log).serve)
    print('ready', flush=True)
    threading.Event().wait()


if __name__ == '__main__':
    main()
