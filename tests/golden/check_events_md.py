#!/usr/bin/python3
"""Holds the examples of schema/events.md against what the sensor prints for the golden cases. --update writes them again."""
import difflib
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "schema/events.md"
SENSOR = ROOT / "build/ashiato-sensor"

# Kind → golden case and what makes its event worth showing (the first that fits).
EXAMPLES = {
    "krb.ap": ("psexec-member-ticket", lambda b: b["client"]),
    "krb.as": ("overpass-the-hash", lambda b: b["preauth_etype"] == 23),
    "krb.tgs": ("psexec-member-ticket", lambda b: b["ticket_id"]),
    "flow.summary": ("psexec-impacket", lambda b: True),
    "rpc.bind": ("psexec-impacket", lambda b: any(c["interface"] == "svcctl" for c in b["contexts"])),
    "rpc.call": ("psexec-impacket", lambda b: "image_path" in b["args"]),
    "sensor.health": ("psexec-impacket", lambda b: True),
    "smb.copy": ("torture-files", lambda b: b["source_path"] == "tool.exe"),
    "smb.create": ("psexec-impacket", lambda b: b["path"].endswith(".exe")),
    "smb.delete": ("psexec-impacket", lambda b: True),
    "smb.encrypted": ("psexec-encrypted", lambda b: b["final"]),
    "smb.link": ("torture-files", lambda b: True),
    "smb.negotiate": ("ordinary-smb3", lambda b: b["dialect"] == "3.1.1"),
    "smb.pipe": ("psexec-impacket", lambda b: True),
    "smb.rap": ("torture-rap", lambda b: b["operation"] == "NetShareEnum"),
    "smb.rename": ("ordinary-smb3", lambda b: True),
    "smb.set_end": ("torture-files", lambda b: b["new_size"] == 10),
    "smb.set_security": ("torture-set", lambda b: True),
    "smb.session_setup": ("psexec-impacket-pth", lambda b: b["account"]),
    "smb.transfer": ("psexec-impacket", lambda b: b["kind"].startswith("pe32")),
    "smb.tree_connect": ("psexec-impacket", lambda b: b["share"] == "ADMIN$"),
}


def events(case):
    out = subprocess.run([SENSOR, "--read", ROOT / "tests/golden" / case / "capture.pcap"], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def shown(event):
    """One key a line, those of the body too; what is deeper stays on its line."""
    def line(key, value):
        return f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
    body = ",\n    ".join(line(k, v) for k, v in event["body"].items())
    rest = "".join(f"  {line(k, v)},\n" for k, v in event.items() if k != "body")
    return "{\n" + rest + '  "body": {\n    ' + body + "\n  }\n}"


def example(kind):
    case, fits = EXAMPLES[kind]
    found = [e for e in events(case) if e["kind"] == kind and fits(e["body"])]
    if not found:
        sys.exit(f"{case}: no {kind} fit to be shown")
    return f"Example, from `{case}`:\n\n```json\n{shown(found[0])}\n```\n"


def keys(text):
    event = json.loads(text)
    return list(event) + list(event["body"])


def with_examples(page):
    """The page with the example of each kind at the end of its tables. One of sensor.health, which says how much memory is held,
    stays as long as its keys are right."""
    health = re.search(r"Example, from `[^`]*`:\n\n```json\n((?:(?!```).)*?\"sensor.health\".*?)\n```\n", page, flags=re.S)
    page = re.sub(r"Example, from `[^`]*`:\n\n```json\n.*?\n```\n\n", "", page, flags=re.S)
    for kind in EXAMPLES:
        section = re.search(rf"^## `{re.escape(kind)}`\n.*?(?=^##|\Z)", page, flags=re.S | re.M)
        if not section:
            sys.exit(f"schema/events.md has no section for {kind}")
        text = example(kind)
        if kind == "sensor.health" and health and keys(health[1]) == keys(text.split("```json\n")[1].split("\n```")[0]):
            text = health[0]
        page = page[:section.end()] + text + "\n" + page[section.end():]
    return page


have = PAGE.read_text()
want = with_examples(have)
if "--update" in sys.argv:
    PAGE.write_text(want)
elif have != want:
    sys.stdout.writelines(difflib.unified_diff(have.splitlines(True), want.splitlines(True), "schema/events.md", "what the sensor prints"))
    sys.exit("examples of schema/events.md are not what the sensor prints: tests/golden/check_events_md.py --update writes them again")
print(f"{len(EXAMPLES)} examples are what the sensor prints")
