#!/usr/bin/python3
"""The collector's command line: every error is one line that names the thing and says what to do, with its exit code; a
collector starts, serves, keeps what it was given, and stops cleanly."""
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "lib"))
import programs
from checks import Checks
from programs import COLLECTOR

GOLDEN = ROOT / "tests" / "golden"
KEY = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
CHECKS = Checks()


def check(what, ok, why=""):
    CHECKS.that(what, ok, str(why))


def run(*arguments, **options):
    done = programs.run(COLLECTOR, *map(str, arguments), **options)
    return done.returncode, done.stdout, done.stderr


def refuses(what, code, names, *arguments, **options):
    """Exit code, one line of ours (of the sensor's, which analyze runs), and the thing named in it."""
    got, _, said = run(*arguments, **options)
    lines = [line for line in said.splitlines() if re.match("ashiato-(collector|sensor): error:", line)]
    ok = got == code and len(lines) == 1 and all(name in said for name in names)
    check(what, ok, f"exit {got}, said {said!r}")


# ---- usage --------------------------------------------------------------------------------------------------------------


def usage():
    code, out, _ = run("--version")
    check("--version", code == 0 and out.startswith("ashiato-collector "))
    code, out, _ = run("--help")
    commands = re.findall(r"^  (\w+(?: \w+)?)  +", out, re.M)
    check("--help lists the commands", code == 0 and len(commands) >= 10, out)
    for command in commands:
        code, out, _ = run(*command.split(), "--help")
        check(f"{command} --help", code == 0 and out.startswith("usage: ashiato-collector " + command), out)
    refuses("an unknown command", 2, ["frobnicate"], "frobnicate")
    code, out, _ = run("baseline", "--help")
    check("a group's --help lists its commands", code == 0 and "baseline add" in out and "sensor" not in out, out)
    refuses("a group without its command", 2, ["baseline --help"], "baseline")
    refuses("a group with another's command", 2, ["sensor --help"], "sensor", "export")
    refuses("an unknown option", 2, ["--frob"], "analyze", "--frob", "x")
    refuses("analyze without a capture", 2, ["CAPTURE"], "analyze")
    refuses("an option without its value", 2, ["--format"], "analyze", "x.pcap", "--format")
    refuses("serve without --data", 2, ["--data"], "serve")


# ---- analyze ------------------------------------------------------------------------------------------------------------


def analyze(folder):
    capture = GOLDEN / "psexec-impacket" / "capture.pcap"
    code, out, _ = run("analyze", "--format", "json", capture)
    document = json.loads(out)
    keys = {"incidents", "accesses", "files", "opaque", "log_only", "sources", "coverage"}
    check("analyze finds an incident and exits 1", code == 1 and len(document["incidents"]) == 1 and keys <= set(document))
    incident = document["incidents"][0]
    check("every access that is not legitimate is in exactly one incident",
          sorted(a["id"] for a in document["accesses"]) == sorted(incident["accesses"]))
    check("analyze of ordinary work exits 0", run("analyze", GOLDEN / "ordinary-smb3" / "capture.pcap")[0] == 0)

    entry = {"source": incident["source"], "account": incident["account"], "reason": "test"}
    whitelist = folder / "whitelist.json"
    whitelist.write_text(json.dumps({"entries": [entry]}))
    code, out, _ = run("analyze", "--format", "json", "--baseline", whitelist, capture)
    document = json.loads(out)
    check("a whitelisted source is no incident", code == 0 and not document["incidents"]
          and {a["verdict"] for a in document["accesses"]} == {"legitimate"}
          and all(a["baseline"] == 1 and a["incident"] is None for a in document["accesses"]))
    for form, begin in [("text", "Incident 1"), ("csv", '"id","severity"'), ("html", "<!doctype html>")]:
        code, out, _ = run("analyze", "--format", form, capture)
        check(f"analyze --format {form}", code == 1 and out.startswith(begin), out[:200])

    whitelist.write_text('{"entries":[{"source":"10.0.0.0/33","reason":"x"}]}')
    refuses("a wrong whitelist entry", 2, ["whitelist.json", "entry 1", "source"], "analyze", "--baseline", whitelist, capture)
    whitelist.write_text('{"entries":[')
    refuses("a whitelist that is no JSON", 2, ["whitelist.json", "line"], "analyze", "--baseline", whitelist, capture)
    refuses("a log that is not there", 2, ["x.evtx", "No such file"], "analyze", "--logs", "x.evtx", capture)
    refuses("an unknown format", 2, ["pdf"], "analyze", "--format", "pdf", capture)
    refuses("a capture given twice", 2, ["twice"], "analyze", capture, capture)


def unreadable(folder):
    (folder / "empty.pcap").write_bytes(b"")
    (folder / "text.pcap").write_text("this is a letter\n" * 100)
    whole = (GOLDEN / "psexec-impacket" / "capture.pcap").read_bytes()
    (folder / "head.pcap").write_bytes(whole[:24])
    (folder / "cut.pcap").write_bytes(whole[:len(whole) - 7])
    for name in ["absent.pcap", "empty.pcap", "text.pcap", "head.pcap"]:
        refuses(f"nothing to read in {name}", 2, [name], "analyze", folder / name)
    refuses("a folder as a capture", 2, [str(folder)], "analyze", folder)
    code, out, said = run("analyze", "--format", "json", folder / "cut.pcap")
    document = json.loads(out)
    check("a capture cut mid-packet yields its results with a warning",
          code == 1 and document["coverage"]["truncated"] and "warning" in said, said)
    code, out, _ = run("analyze", "--format", "json", folder / "text.pcap", GOLDEN / "psexec-impacket" / "capture.pcap")
    check("one unreadable input does not hide the others", code == 2 and len(json.loads(out)["incidents"]) == 1)
    alone = folder / "alone"
    alone.mkdir()
    os.link(COLLECTOR, alone / "ashiato-collector")
    done = subprocess.run([alone / "ashiato-collector", "analyze", folder / "cut.pcap"], capture_output=True, text=True,
                          check=False, env={"PATH": "/nonexistent"})
    check("a missing sensor is named", done.returncode == 2 and "ashiato-sensor" in done.stderr, done.stderr)


# ---- a collector ----------------------------------------------------------------------------------------------------------


class Collector:
    def __init__(self, data, *arguments):
        self.process = subprocess.Popen([COLLECTOR, "serve", "--data", data, "--listen", "127.0.0.1:0", "--ingest",
                                         "tcp://127.0.0.1:*", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if line.startswith("ready"):
                break

    def stop(self, how):
        self.process.send_signal(how)
        out, errors = self.process.communicate(timeout=programs.PATIENCE_SECONDS)
        return self.process.returncode, out + errors


def serve(folder):
    data = folder / "data"
    first = Collector(data)
    check("the first start prints address, fingerprint and password",
          all(word in first.said for word in ["https://127.0.0.1:", "fingerprint", "user admin, password"]), first.said)
    check("the folder is ours alone", (data.stat().st_mode & 0o777) == 0o700)
    check("so is every secret in it", all(path.stat().st_mode & 0o077 == 0 for path in data.iterdir()
                                          if not path.name.endswith(".pub")))
    commands(data)
    code, said = first.stop(signal.SIGTERM)
    check("SIGTERM stops it cleanly", code == 0 and "error" not in said, said)
    second = Collector(data)
    check("the second start makes no second administrator", "password" not in second.said, second.said)
    port = int(re.search(r"https://127.0.0.1:(\d+)/", second.said).group(1))
    refuses("a busy port", 1, [str(port)], "serve", "--data", folder / "other", "--listen", f"127.0.0.1:{port}", "--ingest",
            "tcp://127.0.0.1:*")
    code, said = second.stop(signal.SIGINT)
    check("SIGINT stops it cleanly", code == 0 and "error" not in said, said)


def commands(data):
    code, out, said = run("sensor", "add", "one", "--site", "branch", "--key", KEY, "--data", data)
    check("sensor add", code == 0, said)
    refuses("the same name twice", 1, ["one", "already"], "sensor", "add", "one", "--site", "b", "--key", KEY, "--data", data)
    refuses("the same key twice", 1, ["key", "already"], "sensor", "add", "two", "--site", "b", "--key", KEY, "--data", data)
    refuses("what is no key", 2, ["--key"], "sensor", "add", "two", "--site", "b", "--key", "/nonexistent", "--data", data)
    code, out, _ = run("sensor", "list", "--data", data)
    check("sensor list", code == 0 and "one" in out and "branch" in out and KEY in out, out)
    code, out, said = run("baseline", "add", "--source", "10.0.0.0/16", "--actions", "svcctl.*,file.*", "--reason", "ours", "--data", data)
    check("baseline add", code == 0 and "entry 1" in out, said)
    for wide in [], ["--account", "?*"], ["--source", "0.0.0.0/0"], ["--actions", "svcctl.*"]:
        refuses("what approves everybody", 2, ["force"], "baseline", "add", *wide, "--reason", "x", "--data", data)
    nobody = data.parent / "nobody.json"
    nobody.write_text('{"entries":[{"account":"*","reason":"x"}]}')
    refuses("the same in a file", 2, ["entry 1", "force"], "baseline", "import", nobody, "--data", data)
    code, out, said = run("baseline", "import", nobody, "--force", "--dry-run", "--data", data)
    check("unless it is forced, with a warning", code == 0 and "would import 1" in out and "row 1: warning" in said, out + said)
    code, exported, _ = run("baseline", "export", "--data", data)
    file = data.parent / "exported.json"
    file.write_text(exported)
    code, out, said = run("baseline", "import", file, "--data", data)
    check("what is in force is not imported again", code == 0 and "imported 0 entries, 1 were known" in out, said)
    code, table, _ = run("baseline", "export", "--format", "csv", "--data", data)
    check("baseline remove", run("baseline", "remove", "1", "--data", data)[0] == 0)
    code, out, said = run("baseline", "import", file, "--data", data)
    check("what baseline export prints can be imported", code == 0 and "imported 1" in out, said)
    csv = data.parent / "exported.csv"
    csv.write_text(table)
    code, out, said = run("baseline", "import", csv, "--data", data)
    check("and as a table", code == 0 and "imported 0 entries, 1 were known" in out, out + said)
    plan = data.parent / "plan.csv"
    plan.write_text("Jump host;User;End;Ticket\n10.9.9.9;LAB\\ops;2026-01-31 18:00;CHG-7\n10.0.0/33;x;2026-01-31;CHG-8\n")
    mapping = "source=Jump host,account=User,valid_until=End,reference=Ticket"
    code, out, said = run("baseline", "import", plan, "--planned", "--map", mapping, "--zone", "Asia/Tokyo", "--data", data)
    check("planned work: good rows come, bad ones are told", code == 1 and "imported 1" in out and "row 3: source" in said, out + said)
    code, out, _ = run("baseline", "list", "--data", data)
    check("planned work ends in its own zone", "valid_until=2026-01-31T09:00:00" in out and "reference=CHG-7" in out, out)
    check("baseline remove, of the plan", run("baseline", "remove", "3", "--data", data)[0] == 0)
    refuses("an entry that is not there", 1, ["99"], "baseline", "remove", "99", "--data", data)
    code, out, _ = run("baseline", "list", "--data", data)
    check("baseline list", code == 0 and len(out.splitlines()) == 1 and "10.0.0.0/16" in out, out)
    check("host add", run("host", "add", "jump1", "10.9.9.9", "--site", "branch", "--data", data)[0] == 0)
    refuses("a host that has no address", 2, ["address"], "host", "add", "jump1", "10.9.9.0/24", "--data", data)
    code, out, _ = run("host", "list", "--data", data)
    check("host list", code == 0 and "branch  jump1  10.9.9.9  person" in out, out)
    check("host remove", run("host", "remove", "JUMP1", "--site", "branch", "--data", data)[0] == 0)
    refuses("a host that nobody named", 1, ["jump1"], "host", "remove", "jump1", "--site", "branch", "--data", data)
    code, out, _ = run("user", "add", "ann", "--data", data)
    check("user add prints the password once", code == 0 and "ann" in out, out)
    code, _, said = run("user", "password", "ann", "--password", "-", "--data", data, input="a very long password\n")
    check("user password from standard input", code == 0, said)
    refuses("a short password", 1, ["12"], "user", "password", "ann", "--password", "-", "--data", data, input="short\n")
    refuses("a user that is not there", 1, ["bob"], "user", "password", "bob", "--data", data)
    for what in ["incidents", "accesses"]:
        for form in ["csv", "html", "json"]:
            code, out, said = run("report", what, "--format", form, "--data", data)
            check(f"report {what} --format {form}", code == 0 and len(out) > 0, said)
    refuses("a report into a folder that is not there", 1, ["/nonexistent/x"], "report", "incidents", "--out", "/nonexistent/x",
            "--data", data)
    check("sensor revoke", run("sensor", "revoke", "one", "--data", data)[0] == 0)
    refuses("a sensor that may not speak any more", 1, ["one"], "sensor", "revoke", "one", "--data", data)
    refuses("a folder without a database", 1, ["ashiato.db", "serve --data"], "sensor", "list", "--data", data.parent / "none")


def open_folder(folder):
    shown = folder / "shown"
    shown.mkdir(mode=0o755)
    refuses("a folder others may look into", 1, ["chmod 700"], "serve", "--data", shown)
    (folder / "file").write_text("x")
    refuses("a file as the folder", 1, ["file"], "serve", "--data", folder / "file")
    refuses("a wrong --listen", 2, ["--listen", "ADDRESS:PORT"], "serve", "--data", folder / "third", "--listen", "8443",
            "--ingest", "tcp://127.0.0.1:*")


def full_disk(folder):
    """RLIMIT_FSIZE stands for the disk: no file may grow beyond it."""
    def no_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    got, _, said = run("serve", "--data", folder / "full", "--listen", "127.0.0.1:0", "--ingest", "tcp://127.0.0.1:*",
                       preexec_fn=no_room)
    check("a full disk at the start is one line", got == 1 and len(said.splitlines()) == 1 and "full" in said, said)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in [analyze, unreadable, serve, open_folder, full_disk]:
            part(folder)
    usage()
    CHECKS.finish()


if __name__ == "__main__":
    socket.setdefaulttimeout(programs.PATIENCE_SECONDS)
    main()
