#!/usr/bin/python3
"""Analyze every public capture of ../shared/captures and hold the findings against truth.json.

Each row of truth.json says what a correct detector must and must not report. The words are its own; TECHNIQUES below says
what they are in ours. A `must` that is missed fails the test unless it is named in LATER, the list of what a later issue
brings. Says so and passes when the folder is absent.
"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT.parent / "shared" / "captures"
COLLECTOR = ROOT / "build" / "ashiato-collector"
SENSOR = ROOT / "build" / "ashiato-sensor"

# (file, technique, what is missing): why, and which issue brings it.
LATER = {}

USED = set()

# Steps of ours that make a technique of truth.json; all of one of the lists must be there.
TECHNIQUES = {
    "admin_share_access": [["smb.tree.admin"]],
    "executable_open": [["file.open.exe"]],
    "psexec": [["svcctl.create_service", "svcctl.start_service"]],
    "remote_service": [["svcctl.create_service"]],
    "scheduled_task": [["atsvc.netr_job_add"], ["itaskschedulerservice.sch_rpc_register_task"]],
    "wmi_exec": [["iwbemservices.exec_method"]],
    "dcsync": [["drsuapi.drs_get_nc_changes"]],
    "zerologon": [["auth.zerologon"]],
}
TECHNIQUES_WRITE = {"write": [["file.write.exe"]], "read": [["file.read.exe"]]}


def run(program, *arguments):
    done = subprocess.run([str(program), *arguments], capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def events_of(capture):
    _, out, _ = run(SENSOR, "--read", str(capture), "--format", "json")
    return [json.loads(line) for line in out.splitlines()]


def lower(text):
    return (text or "").lower()


def account_matches(want, have):
    """truth.json names accounts with or without their domain."""
    have = lower(have)
    return have == lower(want) or have.split("\\")[-1] == lower(want).split("\\")[-1] and "\\" not in want


class Findings:
    """What analyze said of one capture, and the sensor's events of it."""

    def __init__(self, capture):
        self.code, out, self.said = run(COLLECTOR, "analyze", "--format", "json", str(capture))
        self.document = json.loads(out)
        self.events = events_of(capture)

    def steps(self, source=None, destination=None):
        for incident in self.document["incidents"]:
            for step in incident["steps"]:
                if source in (None, incident["source"]) and destination in (None, step["destination"]):
                    yield incident, step

    def has_steps(self, row, lists):
        for names in lists:
            of_row = {step["step"] for _, step in self.steps(row["src"], row["dst"])}
            if set(names) <= of_row:
                return True
        return False


# ---- what must be there: each gives the list of what is missing -------------------------------------------------------


def missing_logon(found, row):
    want_success = row.get("success", True)
    for event in found.events:
        body = event["body"]
        if event["kind"] != "smb.session_setup" or not body.get("final"):
            continue
        name = f'{body["domain"]}\\{body["account"]}' if body["domain"] else body["account"]
        ends = event["client"]["ip"] == row["src"] and event["server"]["ip"] == row["dst"]
        if ends and account_matches(row["account"], name) and (event["status"] == 0) == want_success:
            return [] if row.get("host") in (None, body["workstation"]) else ["host"]
    return ["logon"]


def missing_opaque(found, row):
    for opaque in found.document["opaque"]:
        if opaque["source"] == row["src"] and opaque["destination"] == row["dst"]:
            return [] if row["account"] is None or account_matches(row["account"], opaque["account"]) else ["account"]
    return ["opaque row"]


def detail_has(found, row, key, value):
    details = [step["detail"] or {} for _, step in found.steps(row["src"], row["dst"])]
    return any(lower(value) in lower(str(detail.get(key, ""))) for detail in details)


def missing_details(found, row):
    """Names that must stand in the detail of some step."""
    wanted = [("service", "service"), ("binpath", "image_path"), ("display", "display"), ("share", "share"),
              ("file", "path"), ("command", "command"), ("pipe", "name")]
    gone = []
    for ours_of_truth, key in wanted:
        value = row.get(ours_of_truth)
        if key == "name" and value == "atsvc":
            continue  # the pipe of an RPC call stands in its event
        if value is not None and not detail_has(found, row, key, value):
            gone.append(ours_of_truth)
    return gone


def missing_account(found, row):
    if row["account"] is None:
        return []
    accounts = [i["account"] for i in found.document["incidents"] if i["source"] == row["src"]]
    return [] if any(account_matches(row["account"], account) for account in accounts) else ["account"]


def missing_technique(found, row):
    technique = row["technique"]
    lists = TECHNIQUES_WRITE[row["direction"]] if technique == "executable_transfer" else TECHNIQUES[technique]
    if not found.has_steps(row, lists):
        return ["steps " + " or ".join("+".join(names) for names in lists)]
    return missing_details(found, row) + missing_account(found, row)


MUST = {"ntlm_logon": missing_logon, "failed_logon": missing_logon, "encrypted_session": missing_opaque}


# ---- what must not be there: each gives what is there all the same -----------------------------------------------------


def any_alert(found, _row):
    return [incident["title"] for incident in found.document["incidents"]]


def crashed(found, _row):
    return [f"exit code {found.code}"] if found.code not in (0, 1) else []


def any_step(*names):
    def check(found, _row):
        return [step["step"] for _, step in found.steps() if step["step"] in names]
    return check


def profile_is(name):
    def check(found, _row):
        return [i["profile"] for i in found.document["incidents"] if name in i["profile"]]
    return check


def alert_towards(address):
    def check(found, _row):
        return [i["title"] for i in found.document["incidents"] if address in i["destinations"]]
    return check


def one_per_attempt(found, _row):
    n = len(found.document["incidents"])
    rows = sum(1 for _ in found.steps())
    return [f"{n} incidents, {rows} rows of steps"] if n > 2 or rows > 20 else []


def ipc_alone(found, _row):
    return [i["title"] for i in found.document["incidents"] if not any(s["admin"] for s in i["steps"])]


# The beginning of a sentence of truth.json and how it is checked.
MUST_NOT = [
    ("ANY alert", any_alert),
    ("alert for the 139 logoffs", alert_towards("192.168.10.30")),
    ("alert for IPC$", ipc_alone),
    ("admin_share_access, executable_transfer", any_step("smb.tree.admin", "file.write.exe", "file.read.exe")),
    ("admin_share_access", any_step("smb.tree.admin")),
    ("executable_transfer", any_step("file.write.exe", "file.read.exe")),
    ("remote_service", any_step("svcctl.create_service", "svcctl.start_service")),
    ("psexec", profile_is("psexec")),
    ("one alert per attempt", one_per_attempt),
    ("crash", crashed),
]


def check_must_not(found, sentence):
    wrong = crashed(found, None)
    if "any alert" in sentence:
        wrong += any_alert(found, None)
    for begin, check in MUST_NOT:
        if sentence.startswith(begin):
            return wrong + check(found, None)
    return wrong + [f"no check for: {sentence}"]


def judge(name, row, found):
    """One line of the table; True if it is as it must be, or named in LATER."""
    technique = row["technique"]
    gone = MUST.get(technique, missing_technique)(found, row)
    later = [what for what in gone if (name, technique, what) in LATER]
    USED.update((name, technique, what) for what in later)
    gone = [what for what in gone if what not in later]
    verdict = "MISSED  " if gone else "later   " if later else "ok      "
    why = "; ".join(gone + [LATER[(name, technique, what)] for what in later])
    print(f"  {verdict} must      {technique:20} {row['src']} -> {row['dst']}  {why}")
    return not gone


def main():
    if not (CAPTURES / "truth.json").exists():
        print(f"{CAPTURES} is absent: nothing to hold against the truth")
        return 0
    failed = checked = 0
    for capture in json.loads((CAPTURES / "truth.json").read_text()):
        name = capture["file"]
        print(name)
        found = Findings(CAPTURES / name)
        for row in capture["must"]:
            checked += 1
            failed += not judge(name, row, found)
        for sentence in capture["must_not"]:
            checked += 1
            wrong = check_must_not(found, sentence)
            failed += bool(wrong)
            print(f"  {'WRONG   ' if wrong else 'ok      '} must not  {sentence[:70]}  {'; '.join(wrong)}")
    for row in sorted(set(LATER) - USED):
        print(f"  MET      {row} is met now: take it out of LATER")
        failed += 1
    print(f"{checked} statements of truth.json checked, {failed} not met, {len(LATER)} named as later")
    return 1 if failed or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
