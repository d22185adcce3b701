#!/usr/bin/python3
"""A day for the dashboard to show, from the recorded cases of tests/golden: each moved to its hour of the 24 before now, with the
audit log its server wrote beside it. In one of the logs the intruder's lines are gone; the clock of another is wrong. A week of one
administrator's routine comes before.

  stage.py FOLDER   writes routine-NN-CASE.pcap, day-NN-CASE.pcap, in order, and HOST-CASE.jsonl."""
import datetime
import json
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
sys.path.insert(0, str(ROOT / "tests" / "lib"))
import pcap

MINUTE_NS = 60 * 10**9

# Minutes before now, case.
DAY_MINUTES = 24 * 60
ROUTINE = [(days * DAY_MINUTES + 235, "psexec-samba") for days in range(7, 0, -1)]
DAY = [
    (1310, "ordinary-smb3"), (1205, "psexec-impacket-smb1"), (1130, "ordinary-smb1"), (930, "psexec-impacket"), (790, "dcomexec-impacket"),
    (700, "port-139"), (610, "refused"), (540, "psexec-member-ticket"), (415, "overpass-the-hash"), (330, "guest-anonymous"),
    (290, "smbexec-impacket-pth"), (235, "psexec-samba"), (160, "hops"), (95, "wmiexec-impacket"), (64, "psexec-encrypted"),
    (41, "dcsync-impacket-pth"), (23, "psexec-impacket-pth"), (4, "pth-admin-copy"),
]
ERASED = {("hops", "fs1"): ":33026"}                        # lines that name this port are gone
CLOCK_WRONG_SECONDS = {("psexec-member-ticket", "mem1"): 97}  # what the server's clock shows too much


def moved_time(text, shift_ns):
    """A Samba timestamp, microseconds and zone, as much later."""
    when = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    return (when + datetime.timedelta(microseconds=shift_ns // 1000)).strftime("%Y-%m-%dT%H:%M:%S.%f%z")


def move_log(path, case, folder, shift_ns):
    host = path.stem.removeprefix("server-log-")
    gone = ERASED.get((case, host))
    shift_ns += CLOCK_WRONG_SECONDS.get((case, host), 0) * 10**9
    with open(folder / ("%s-%s.jsonl" % (host, case)), "w", encoding="utf-8") as out:
        for line in path.read_text(encoding="utf-8").splitlines():
            if gone and gone in line:
                continue
            record = json.loads(line)
            record["timestamp"] = moved_time(record["timestamp"], shift_ns)
            out.write(json.dumps(record) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    now_ns = time.time_ns()
    story = [("routine", *act) for act in ROUTINE] + [("day", *act) for act in DAY]
    for number, (part, minutes, case) in enumerate(story):
        link, packets = pcap.read(GOLDEN / case / "capture.pcap")
        shift_ns = now_ns - minutes * MINUTE_NS - packets[0].time_ns
        pcap.write(folder / ("%s-%02d-%s.pcap" % (part, number, case)), link, [packet._replace(time_ns=packet.time_ns + shift_ns) for packet in packets])
        for log in () if part == "routine" else sorted((GOLDEN / case).glob("server-log-*.jsonl")):
            move_log(log, case, folder, shift_ns)


if __name__ == "__main__":
    main()
