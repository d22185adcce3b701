#!/usr/bin/python3
"""The forwarders that docs/LOGS.md gives texts for, where they are installed: run with just those texts, they lose and repeat nothing,
though the collector goes away in the middle and comes back."""
import contextlib
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from check_logs import CHECKS, PATIENCE, ROOT, Collector, line, run

GUIDE = ROOT / "docs" / "LOGS.md"
WAYS = ROOT / "web" / "ui" / "src" / "log-ways.ts"
HALF = 300


def text_with(word):
    """The guide's block that has ${word} in it."""
    return next(block for block in re.findall(r"^```\w*\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.S | re.M) if word in block)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Rsyslog:
    """Reads a socket, sends under TLS."""
    binary = "rsyslogd"

    def __init__(self, folder, data, tls_port, **_):
        run("logs", "add", "forwarded", "--site", "default", "--hosts", "fs1", "--address", "127.0.0.1", "--data", data)
        text = text_with("omfwd").replace('target="192.0.2.1" port="6514"', 'target="127.0.0.1" port="%d"' % tls_port)
        conf = folder / "rsyslog.conf"
        conf.write_text('module(load="imuxsock" SysSock.Use="off")\n'
                        'input(type="imuxsock" Socket="%s/log" CreatePath="on" RateLimit.Interval="0")\n'
                        'global(workDirectory="%s")\n%s' % (folder, folder, text.replace("/etc/ssl/ashiato.crt", str(data / "tls.crt"))), encoding="utf-8")
        self.command = [self.binary, "-n", "-f", conf, "-i", folder / "pid"]


class SyslogNg:
    """Reads a socket, posts."""
    binary = "syslog-ng"

    def __init__(self, folder, data, https_port, **_):
        token = run("logs", "add", "forwarded", "--site", "default", "--hosts", "fs1", "--data", data)[1].splitlines()[-1]
        text = text_with("d_ashiato").replace("https://192.0.2.1:8443", "https://127.0.0.1:%d" % https_port).replace("TOKEN", token)
        text = text.replace("/etc/ssl/ashiato.crt", str(data / "tls.crt")).replace("disk-buffer(", 'disk-buffer(dir("%s") ' % folder)
        conf = folder / "syslog-ng.conf"
        conf.write_text('@version: 3.38\noptions { time-reopen(1); };\nsource s_src { unix-dgram("%s/log"); };\n%s' % (folder, text), encoding="utf-8")
        self.command = [self.binary, "-F", "-e", "--no-caps", "-f", conf, "-R", folder / "persist", "-p", folder / "pid", "--control", folder / "control"]


@contextlib.contextmanager
def running(command, folder):
    with open(folder / "forwarder.log", "w", encoding="utf-8") as said:
        process = subprocess.Popen(list(map(str, command)), stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def connected(path):
    end = time.monotonic() + PATIENCE
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    while True:
        try:
            s.connect(str(path))
            return s
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def carries(forwarder, folder):
    data = folder / "data"
    tls_port, https_port = free_port(), free_port()
    options = ("--syslog-tls", "127.0.0.1:%d" % tls_port, "--listen", "127.0.0.1:%d" % https_port)
    collector = Collector(data, *options)
    try:
        with running(forwarder(folder, data, tls_port=tls_port, https_port=https_port).command, folder), connected(folder / "log") as s:
            def send(first, last):
                for i in range(first, last):
                    s.send(b"<29>Nov 23 13:00:00 smbd[7]: " + line(i).encode())
            send(0, HALF)
            CHECKS.that(forwarder.binary + " brings what it is given", collector.wait_for_records("forwarded", HALF) == HALF)
            collector.stop()
            send(HALF, 2 * HALF)
            collector = Collector(data, *options)
            CHECKS.that("and what came while the collector was away", collector.wait_for_records("forwarded", 2 * HALF) == 2 * HALF,
                        str(collector.sources().get("forwarded")) + (folder / "forwarder.log").read_text(encoding="utf-8"))
            row = collector.sources()["forwarded"]
            CHECKS.that("nothing broken, nothing refused", (row["skipped"], row["refused"]) == (0, 0), str(row))
    finally:
        collector.stop()


def dashboard_says_the_same():
    """What the dashboard prints is the guide's text, but for its own address and token."""
    shown = WAYS.read_text(encoding="utf-8").replace("\\", "")
    placeholders = ("192.0.2.1", "TOKEN", "ashiato.crt")
    for word in ("omfwd", "d_ashiato"):
        for wanted in text_with(word).replace("\\", "").splitlines():
            if not any(placeholder in wanted for placeholder in placeholders):
                CHECKS.that("the dashboard prints this line too", wanted in shown, wanted)
    nxlog = re.search(r"    OutputType.*\n    Exec.*", text_with("im_msvistalog"))[0]
    CHECKS.that("and how NXLog writes", nxlog in shown, nxlog)


def main():
    dashboard_says_the_same()
    for forwarder in (Rsyslog, SyslogNg):
        if shutil.which(forwarder.binary) is None:
            print("not tried: %s is not installed" % forwarder.binary)
            continue
        with tempfile.TemporaryDirectory(prefix="ashiato-forward-") as scratch:
            carries(forwarder, pathlib.Path(scratch))
    CHECKS.finish()


if __name__ == "__main__":
    main()
