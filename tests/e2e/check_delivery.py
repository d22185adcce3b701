#!/usr/bin/python3
"""Real programs, real keys, a real disk: a sensor replays the golden cases to a collector while both are killed with SIGKILL.
Every event must be stored once: no number missing, none twice, and as many of each kind as the sensor prints for the same files."""
import collections
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
SENSOR, COLLECTOR = BUILD / "ashiato-sensor", BUILD / "ashiato-collector"
CAPTURES = sorted(str(p) for p in (ROOT / "tests/golden").glob("*/capture.pcap"))
DEADLINE_S = 60  # without anything happening: how long everything takes depends on who else uses the machine

if os.geteuid() == 0:  # a root-only path: the sensor must reach its spool all the same
    os.umask(0o077)
place = Path(tempfile.mkdtemp(prefix="delivery-"))
started = []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(*words):
    log = open(place / "log", "ab")
    started.append(subprocess.Popen([str(w) for w in words], stdout=log, stderr=log))
    return started[-1]


def wait_until(what, is_so):
    end = time.monotonic() + DEADLINE_S
    while not is_so():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {DEADLINE_S} s\n" + (place / "log").read_text())
        time.sleep(0.01)


def ask(sql):
    try:
        with sqlite3.connect(f"file:{place}/data/ashiato.db?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()
    except sqlite3.OperationalError:  # not made yet, or busy
        return None


def stored():
    rows = ask("SELECT count(*) FROM events")
    return rows[0][0] if rows else 0


def kinds_stored():
    return collections.Counter(dict(ask("SELECT kind, count(*) FROM events GROUP BY kind")))


def serve():
    collector = start(COLLECTOR, "serve", "--data", place / "data", "--listen", f"127.0.0.1:{web}", "--ingest", f"tcp://127.0.0.1:{ingest}")

    def listens():
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", ingest)) == 0
    wait_until("the collector listens", listens)
    return collector


def replay_command(captures):
    return [SENSOR, "--read", *captures, "--collector", f"tcp://127.0.0.1:{ingest}", "--key", place / "sensor.key",
            "--collector-key", place / "data/collector.key.pub", "--spool", place / "spool"]


def replay(captures):
    return start(*replay_command(captures))


def kill(process):
    """SIGKILL to the process and the two it has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in [process.pid, *map(int, children)]:
        os.kill(pid, signal.SIGKILL)
    process.wait()


def expect_whole():
    """One epoch, numbers 1 to the high-water mark, each once."""
    rows, distinct, least, most = ask("SELECT count(*), count(DISTINCT seq), min(seq), max(seq) FROM events")[0]
    epochs = ask("SELECT high_water, events, lost FROM epochs")
    if not (rows == distinct == most and least == 1 and epochs == [(rows, rows, 0)]):
        sys.exit(f"stored {rows} events, {distinct} numbers from {least} to {most}; epochs {epochs}\n" + (place / "log").read_text())


def end_well(sensor):
    came, end = stored(), time.monotonic() + DEADLINE_S
    while sensor.poll() is None:
        if stored() != came:
            came, end = stored(), time.monotonic() + DEADLINE_S
        if time.monotonic() > end:
            sys.exit(f"no event came for {DEADLINE_S} s, and the sensor did not end\n" + (place / "log").read_text())
        time.sleep(0.05)
    if sensor.returncode != 0:
        sys.exit("the sensor failed\n" + (place / "log").read_text())


try:
    web, ingest = free_port(), free_port()
    collector = serve()
    subprocess.run([SENSOR, "--keygen", place / "sensor.key"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([COLLECTOR, "sensor", "add", "one", "--site", "here", "--key", place / "sensor.key.pub", "--data", place / "data"],
                   check=True, stdout=subprocess.DEVNULL)

    sensor = replay(CAPTURES * 40)
    wait_until("the first events are stored", lambda: stored() > 1000)
    kill(collector)
    collector = serve()
    before = stored()
    wait_until("events come again after the collector's death", lambda: stored() > before)
    kill(sensor)
    end_well(replay(CAPTURES[:1]))
    expect_whole()
    killed = stored()
    before = kinds_stored()

    sensor = replay(CAPTURES * 5)
    wait_until("events come", lambda: stored() > killed + 200)
    kill(collector)
    collector = serve()
    end_well(sensor)
    expect_whole()
    printed = subprocess.run([SENSOR, "--read", *(CAPTURES * 5)], check=True, capture_output=True, text=True).stdout.splitlines()
    kinds = collections.Counter(json.loads(line)["kind"] for line in printed)
    came = kinds_stored() - before
    del kinds["sensor.health"], came["sensor.health"]  # one more every few seconds
    if kinds != came or not kinds:
        sys.exit(f"printed {kinds}, stored {came}")

    # A pipe can be read only once, and what is no capture is said at the end, too.
    before = stored()
    command = list(map(str, replay_command(["/dev/stdin"])))
    subprocess.run(command, input=Path(CAPTURES[0]).read_bytes(), check=True, capture_output=True)
    if stored() - before < 10:
        sys.exit(f"a capture from a pipe gave {stored() - before} events")
    junk = subprocess.run(command, input=b"no capture at all", capture_output=True)
    if junk.returncode == 0 or b"/dev/stdin" not in junk.stderr:
        sys.exit(f"a pipe without a capture ended with {junk.returncode}: {junk.stderr.decode()}")
    expect_whole()
    print(f"delivered {stored()} events once each; the collector was killed twice, the sensor once, after {killed}")
finally:
    for process in started:
        if process.poll() is None:
            kill(process)
    shutil.rmtree(place)
