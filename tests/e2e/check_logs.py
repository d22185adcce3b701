#!/usr/bin/python3
"""Server logs by every way in: imported files (again, grown, after a kill), HTTPS uploads, syslog over UDP and TLS, a watched
folder. What is stored is asked over REST, and is the same whichever way it came."""
import contextlib
import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "lib"))
import programs
from checks import Checks
from programs import COLLECTOR

CHECKS = Checks()
PATIENCE = 120  # seconds until something that must happen has happened
LINES = 400


def line(i, host="FS1"):
    """A logon as NXLog writes it."""
    return json.dumps({"EventTime": "2026-11-23 %02d:%02d:%02d" % (i // 3600, i // 60 % 60, i % 60), "Hostname": host, "EventID": 4624,
                       "SourceName": "Microsoft-Windows-Security-Auditing", "Channel": "Security", "RecordNumber": i + 1,
                       "TargetUserName": "user%d" % (i % 50), "TargetLogonId": hex(i + 1), "LogonType": "3",
                       "IpAddress": "10.9.%d.%d" % (i // 250 % 250, i % 250), "IpPort": str(1024 + i % 60000)})


def lines(first, last, host="FS1"):
    return "".join(line(i, host) + "\n" for i in range(first, last))


def run(*arguments):
    done = programs.run(COLLECTOR, *map(str, arguments))
    return done.returncode, done.stdout, done.stderr


class Collector:
    """A collector that serves, and a person logged in."""

    def __init__(self, folder, *options):
        self.data = folder
        self.log = open(str(folder) + ".log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([COLLECTOR, "serve", "--data", str(folder), "--listen", "127.0.0.1:0", "--ingest",
                                         "tcp://127.0.0.1:*", *map(str, options)], stdout=self.log, stderr=self.log)
        said = self.wait_for("ready")
        self.port = int(re.search(r"https://127.0.0.1:(\d+)/", said)[1])
        password = re.search(r"user admin, password (\S+) ", said)
        if password:
            Collector.password = password[1].rstrip(",")
        self.cookie = None

    def said(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(encoding="utf-8")

    def wait_for(self, word):
        end = time.monotonic() + PATIENCE
        while word not in self.said():
            if self.process.poll() is not None or time.monotonic() > end:
                raise programs.Failure("the collector did not say %s: %s" % (word, self.said()))
            time.sleep(0.05)
        return self.said()

    def ask(self, method, path, body=None, **headers):
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=PATIENCE)
        connection.request(method, "/api/v1" + path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        document = json.loads(answer.read() or "null")
        cookie = answer.getheader("Set-Cookie")
        connection.close()
        return answer.status, document, cookie

    def get(self, path):
        if self.cookie is None:
            body = json.dumps({"user": "admin", "password": Collector.password})
            self.cookie = self.ask("POST", "/login", body, Content_Type="application/json")[2].split(";")[0]
        return self.ask("GET", path, Cookie=self.cookie)[1]

    def sources(self):
        return {row["file"]: row for row in self.get("/logs/sources")["items"]}

    def records_of(self, source):
        return self.sources().get(source, {}).get("records", 0)

    def wait_for_records(self, source, n):
        end = time.monotonic() + PATIENCE
        while self.records_of(source) != n and time.monotonic() < end:
            time.sleep(0.1)
        return self.records_of(source)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.log.close()
        return code


def facts(collector, source):
    """What is stored of a source, whenever and however it came."""
    number = collector.sources()[source]["id"]
    items, before = [], ""
    while True:
        page = collector.get("/logs?limit=500&source=%d%s" % (number, before))
        items += page["items"]
        if page["next"] is None:
            break
        before = "&before=%d" % page["next"]
    return sorted((r["host"], r["time"], r["account"], r["source_address"], r["source_port"], r["logon_id"]) for r in items)


# ---- files --------------------------------------------------------------------------------------------------------------


def files(folder, data):
    path = folder / "fs1.jsonl"
    path.write_text(lines(0, LINES // 2), encoding="utf-8")
    code, out, _ = run("logs", "import", path, "--data", data)
    CHECKS.that("a file is imported", code == 0 and "%d new records" % (LINES // 2) in out, out)
    with open(path, "a", encoding="utf-8") as f:
        f.write(lines(LINES // 2, LINES))
    code, out, _ = run("logs", "import", path, "--data", data)
    CHECKS.that("what has grown is read, the rest is not", code == 0 and "%d new records, 0 known" % (LINES - LINES // 2) in out, out)
    done = programs.run(COLLECTOR, "logs", "import", "-", "--source", "fs1.jsonl", "--data", str(data), input=path.read_text(encoding="utf-8"))
    CHECKS.that("the standard input too", done.returncode == 0 and "%d known" % LINES in done.stdout, done.stdout + done.stderr)
    code, _, said = run("logs", "import", "-", "--data", data)
    CHECKS.that("if it is said whose it is", code == 1 and "--source" in said, said)
    code, _, said = run("logs", "import", folder, "--data", data)
    CHECKS.that("a folder is none", code == 1 and "is a folder" in said, said)
    packed = folder / "again.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    code, out, _ = run("logs", "import", packed, "--source", "fs1.jsonl", "--data", data)
    CHECKS.that("the same log packed adds nothing", code == 0 and "0 new records, %d known" % LINES in out, out)


def begun(data, source):
    """True once something of it is in the store, which is asked directly: a program takes too long to start."""
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % (data / "ashiato.db"), uri=True)) as store:
        asked = "SELECT count(*) FROM log_files f JOIN log_sources s ON s.id = f.source WHERE s.name = ? AND f.bytes > 0"
        return store.execute(asked, (source,)).fetchone()[0] > 0


def killed(folder, data):
    """Killed in the middle, the import goes on: no record twice, none missing."""
    path = folder / "large.jsonl"
    count = 60000
    path.write_text(lines(0, count), encoding="utf-8")
    command = [COLLECTOR, "logs", "import", str(path), "--data", str(data)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    while not begun(data, "large.jsonl") and time.monotonic() < end:
        started.poll()
    started.kill()
    CHECKS.that("it was killed at work", started.wait() == -signal.SIGKILL)
    code, out, _ = run("logs", "import", path, "--data", data)
    new, known = map(int, re.search(r"(\d+) new records, (\d+) known", out).groups())
    CHECKS.that("after a kill it goes on", code == 0 and 0 < new < count and known == 0, out)
    _, out, _ = run("logs", "sources", "--data", data)
    CHECKS.that("and ends with every record", "large.jsonl (file, site default): %d records" % count in out, out)


def native(data):
    """Windows' own files, where they are."""
    path = os.path.join(programs.PUBLIC, "logs", "psexec-7045-7036.evtx")
    if not os.path.exists(path):
        print("no native event files: %s is not here" % path)
        return
    code, out, said = run("logs", "import", path, "--data", data)
    CHECKS.that("a native event file is imported", code == 0 and "4 new records" in out, out + said)
    code, out, _ = run("logs", "xml", path)
    CHECKS.that("and printed as XML", code == 0 and out.count("<EventID") == 4)
    whole = pathlib.Path(path).read_bytes()
    for how, content in (("cut off", whole[:-100]), ("damaged", whole[:6000] + b"x" * 40 + whole[6040:])):
        broken = data.parent / (how + ".evtx")
        broken.write_bytes(content)
        code, out, said = run("logs", "import", broken, "--data", data)
        CHECKS.that("one that is %s fails and says so" % how, code == 1 and "not all of this event file" in said, out + said)
        CHECKS.that("and what is missing is counted", not re.search(r"\b0 that cannot be read", out), out)
        code, out, said = run("logs", "import", broken, "--data", data)
        CHECKS.that("nor is it taken for read", code == 1, out + said)


# ---- the network --------------------------------------------------------------------------------------------------------


def upload(collector, data):
    _, out, _ = run("logs", "add", "up", "--site", "default", "--data", data)
    bearer = {"Authorization": "Bearer " + out.splitlines()[-1]}
    body = lines(0, LINES).encode()
    status, answer, _ = collector.ask("POST", "/logs", body, **bearer)
    CHECKS.that("an upload is stored", (status, answer.get("accepted")) == (200, LINES), str(answer))
    status, answer, _ = collector.ask("POST", "/logs", gzip.compress(body), **bearer)
    CHECKS.that("packed it is known", (status, answer.get("duplicates")) == (200, LINES), str(answer))
    status, answer, _ = collector.ask("POST", "/logs", iter([body[:1000], body[1000:]]), **bearer)
    CHECKS.that("in chunks too", (status, answer.get("duplicates")) == (200, LINES), str(answer))
    status, answer, _ = collector.ask("POST", "/logs", b"{broken\n" + body[:5000].rsplit(b"\n", 1)[0], **bearer)
    CHECKS.that("a broken line is counted", (status, answer.get("rejected")) == (200, 1), str(answer))
    rejects = collector.get("/logs/rejects")["items"]
    CHECKS.that("and shown", rejects and rejects[0]["line"] == 1 and rejects[0]["piece"] == "{broken", str(rejects))
    for name, wanted, headers, content in (("no token", 401, {}, body), ("a wrong token", 401, {"Authorization": "Bearer x"}, body),
                                           ("no log", 400, bearer, b"once upon a time\n")):
        status, answer, _ = collector.ask("POST", "/logs", content, **headers)
        CHECKS.that(name + " is refused with a sentence", status == wanted and answer["error"], str(answer))


def wait_until_read(port):
    """Until nothing waits in the UDP socket of that port: what it has no room for would be lost."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        rows = [row.split() for row in pathlib.Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]]
        if all(int(row[4].split(":")[1], 16) == 0 for row in rows if row[1].endswith(":%04X" % port)):
            return
        time.sleep(0.01)


def syslog(collector, data):
    udp, tls = (int(n) for n in re.findall(r"syslog over \w+: 127.0.0.1 port (\d+)", collector.said()))
    run("logs", "add", "sys", "--site", "default", "--address", "127.0.0.1", "--data", data)
    half = LINES // 2
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for i in range(half):
            s.sendto(b"<13>Nov 23 10:02:11 fs1 nxlog: " + line(i).encode(), ("127.0.0.1", udp))
            if i % 50 == 49:
                wait_until_read(udp)
    context = ssl._create_unverified_context()
    with context.wrap_socket(socket.create_connection(("127.0.0.1", tls), PATIENCE)) as s:
        for i in range(half, LINES):
            message = b"<13>1 2026-11-23T10:02:11Z fs1 nxlog - - - " + line(i).encode()
            s.sendall(b"%d %s" % (len(message), message) if i % 2 else message + b"\n")
        CHECKS.that("syslog arrives over UDP and TLS", collector.wait_for_records("sys", LINES) == LINES, str(collector.sources().get("sys")))


def syslog_broken(collector):
    """Messages that are cut or too long are counted, and who has too many connections gets in all the same."""
    tls = int(re.search(r"syslog over TLS: 127.0.0.1 port (\d+)", collector.said())[1])
    context = ssl._create_unverified_context()
    reasons = lambda: [row["reason"] for row in collector.get("/logs/rejects")["items"] if row["source"] == "sys"]

    def connection():
        return context.wrap_socket(socket.create_connection(("127.0.0.1", tls), PATIENCE))

    def says(what, sentence):
        end = time.monotonic() + PATIENCE
        while sentence not in reasons() and time.monotonic() < end:
            time.sleep(0.1)
        CHECKS.that(what, sentence in reasons(), str(reasons()))
    with connection() as s:
        s.sendall(b"9999 <13>1 2026-11-23T10:02:11Z fs1 nxlog - - - {")
    says("a counted message that ends early is kept aside", "cut before its end")
    with connection() as s:
        s.sendall(b"<13>1 2026-11-23T10:02:11Z fs1 nxlog - - - " + b"x" * (300 << 10) + b"\n")
    says("one that is too long too", "longer than a message may be (256 KiB)")
    silent = [connection() for _ in range(12)]
    with connection() as s:
        s.sendall(b"<13>1 2026-11-23T10:02:11Z fs1 nxlog - - - " + line(LINES - 1).encode())    # known; no line end
        CHECKS.that("a connection is there beside silent ones", s.version() is not None)
    for s in silent:
        s.close()
    end = time.monotonic() + PATIENCE
    while collector.sources()["sys"]["duplicates"] == 0 and time.monotonic() < end:
        time.sleep(0.1)
    CHECKS.that("and its last line counts without its end", collector.sources()["sys"]["duplicates"] == 1, str(collector.sources()["sys"]))


def folder_watched(collector, watched):
    (watched / "fs9").mkdir()
    path = watched / "fs9" / "log.jsonl"
    path.write_text(lines(0, 100), encoding="utf-8")
    CHECKS.that("a new file in a new folder is read", collector.wait_for_records("fs9", 100) == 100)
    with open(path, "a", encoding="utf-8") as f:
        f.write(lines(100, 200) + line(200)[:40])
    CHECKS.that("and what is written to it", collector.wait_for_records("fs9", 200) == 200)
    with open(path, "a", encoding="utf-8") as f:
        f.write(line(200)[40:] + "\n")
    CHECKS.that("half a line waits", collector.wait_for_records("fs9", 201) == 201)
    path.rename(watched / "fs9" / "log.jsonl.1")
    path.write_text(lines(201, 300), encoding="utf-8")
    CHECKS.that("rotation loses and repeats nothing", collector.wait_for_records("fs9", 300) == 300)
    (watched / "fs9" / "events.csv").write_text("EventTime,Hostname,EventID,RecordNumber\n2026-11-23 10:02:11,FS9,4624,1\n", encoding="utf-8")
    CHECKS.that("a file that is read whole is read once it rests", collector.wait_for_records("fs9", 301) == 301)


def folder_rotated_otherwise(collector, watched):
    """copytruncate, packing, shorter files, removal: each record once."""
    folder = watched / "fs8"
    folder.mkdir()
    path, copy = folder / "log", folder / "log.1"
    path.write_text(lines(0, 200), encoding="utf-8")
    CHECKS.that("before the rotation", collector.wait_for_records("fs8", 200) == 200)
    shutil.copy(path, copy)
    path.write_text(lines(200, 400), encoding="utf-8")
    CHECKS.that("a log copied and truncated", collector.wait_for_records("fs8", 400) == 400)
    (folder / ".packing").write_bytes(gzip.compress(copy.read_bytes()))
    copy.unlink()
    (folder / ".packing").rename(folder / "log.1.gz")
    path.write_text(lines(400, 410), encoding="utf-8")
    CHECKS.that("a shorter file in its place", collector.wait_for_records("fs8", 410) == 410)
    path.unlink()
    path.write_text(lines(410, 420), encoding="utf-8")
    CHECKS.that("a removed one that comes again", collector.wait_for_records("fs8", 420) == 420)


def folder_of_oddities(collector, watched):
    """What is no log is said once and read never; what is called or written oddly is read."""
    folder = watched / "fs7"
    folder.mkdir()
    (folder / "notes").write_text("once upon a time\n" * 9, encoding="utf-8")
    (watched.parent / "elsewhere").write_text(lines(0, 9), encoding="utf-8")
    (folder / "link").symlink_to(watched.parent / "elsewhere")
    os.mkfifo(folder / "pipe")
    (folder / "inner").mkdir()
    with open(bytes(folder) + b"/odd\xff\n", "w", encoding="utf-8") as f:
        f.write(lines(0, 10))
    CHECKS.that("a file with an odd name", collector.wait_for_records("fs7", 10) == 10)
    for i in range(3):
        (folder / ("more%d" % i)).write_text(lines(10 + i, 11 + i), encoding="utf-8")
        CHECKS.that("and others after it", collector.wait_for_records("fs7", 11 + i) == 11 + i)
    said = collector.said()
    CHECKS.same("each is said once", [1, 1, 1, 1], [said.count("/fs7/%s" % name) for name in ("notes", "link", "pipe", "inner")])
    os.mkdir(bytes(watched) + b"/fs\xff")
    with open(bytes(watched) + b"/fs\xff/log", "w", encoding="utf-8") as f:
        f.write(lines(0, 10))
    CHECKS.that("a folder with an odd name has a source that can be named", collector.wait_for_records("fs?", 10) == 10)


def folder_made_again(collector, watched):
    """A folder that is removed and made again is watched again."""
    for i in range(3):
        (watched / "day").mkdir()
        (watched / "day" / "log").write_text(lines(10 * i, 10 * i + 10), encoding="utf-8")
        CHECKS.that("a folder made anew is read", collector.wait_for_records("day", 10 * i + 10) == 10 * i + 10)
        shutil.rmtree(watched / "day")


def folder_always_written(collector, watched):
    """A busy log of Samba's is read though it never rests, and each line once."""
    (watched / "busy").mkdir()
    heading = "[2026/11/23 06:37:%02d.000000,  3, pid=7] ../../lib/audit_logging.c:1(log)\n"
    audit = '  {"timestamp": "2026-11-23T06:37:%02d.000000+0000", "type": "Authorization", "Authorization": {"account": "dave"}}\n'
    end = time.monotonic() + PATIENCE
    with open(watched / "busy" / "log.smbd", "w", encoding="utf-8") as f:
        for second in range(50):
            f.write(heading % second)
            f.flush()
            time.sleep(0.1)
            f.write(audit % second)
            f.flush()
        CHECKS.that("a log that never rests is read", collector.records_of("busy") > 0 or time.monotonic() > end)
    CHECKS.that("to its end", collector.wait_for_records("busy", 50) == 50)
    CHECKS.that("and no line twice", collector.sources()["busy"]["duplicates"] == 0, str(collector.sources()["busy"]))


def folder_native(collector, watched):
    """A native file is read once, not whenever another is written."""
    path = os.path.join(programs.PUBLIC, "logs", "psexec-7045-7036.evtx")
    if not os.path.exists(path):
        return
    folder = watched / "win"
    folder.mkdir()
    content = pathlib.Path(path).read_bytes()
    with open(folder / "system.evtx", "wb") as f:
        f.write(content[:len(content) // 2])
        f.flush()
        time.sleep(1.5)
        f.write(content[len(content) // 2:])
    CHECKS.that("a native file that was being copied is read", collector.wait_for_records("win", 4) == 4)
    (folder / "more.json").write_text(lines(0, 1), encoding="utf-8")
    CHECKS.that("and another one", collector.wait_for_records("win", 5) == 5)
    row = collector.sources()["win"]
    CHECKS.that("without reading the first again", (row["duplicates"], row["skipped"]) == (0, 0), str(row))


def folder_after_restart(collector, watched):
    path = watched / "fs9" / "log.jsonl"
    with open(path, "a", encoding="utf-8") as f:
        f.write(lines(300, LINES))
    CHECKS.that("a restart goes on where it was", collector.wait_for_records("fs9", LINES + 1) == LINES + 1)
    row = collector.sources()["fs9"]
    CHECKS.that("and has not read again", (row["skipped"], row["duplicates"]) == (0, 0), str(row))
    row = collector.sources().get("win", {"duplicates": 0})
    CHECKS.that("nor native files", row["duplicates"] == 0, str(row))


def same_everywhere(collector):
    wanted = facts(collector, "fs1.jsonl")
    CHECKS.none_empty("records", files=wanted)
    for source in ("up", "sys"):
        CHECKS.same("the same records by file and by " + source, wanted, facts(collector, source))


def main():
    with tempfile.TemporaryDirectory(prefix="ashiato-logs-") as scratch:
        folder = pathlib.Path(scratch)
        data, watched = folder / "data", folder / "watched"
        watched.mkdir()
        options = ("--syslog-udp", "127.0.0.1:0", "--syslog-tls", "127.0.0.1:0", "--logs-folder", watched)
        collector = Collector(data, *options)
        try:
            files(folder, data)
            upload(collector, data)
            syslog(collector, data)
            syslog_broken(collector)
            folder_watched(collector, watched)
            folder_rotated_otherwise(collector, watched)
            folder_of_oddities(collector, watched)
            folder_made_again(collector, watched)
            folder_always_written(collector, watched)
            folder_native(collector, watched)
            CHECKS.that("it stops cleanly", collector.stop() == 0)
            collector = Collector(data, *options)
            folder_after_restart(collector, watched)
            same_everywhere(collector)
            native(data)
        finally:
            collector.stop()
        killed(folder, data)
    CHECKS.finish()


if __name__ == "__main__":
    main()
