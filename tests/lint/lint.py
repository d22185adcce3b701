#!/usr/bin/python3
"""Holds the source tree against the picture of docs/ARCHITECTURE.md: who may include whom, which library stands behind which
file, what pure code may not call, how long things may get. Prints each breach as file:line: sentence and exits 1 if there is one."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Folder → prefixes of our own headers it may include. The longest matching folder counts.
MAY_INCLUDE = {
    "proto/base": ["proto/base/"],
    "proto": ["proto/", "events.pb-c.h", "pack.inc"],
    "sensor": ["sensor/", "proto/", "events.pb-c.h"],
    "sensor/core": ["sensor/core/", "events.pb-c.h", "proto/base/text.h"],
    "sensor/smb": ["sensor/smb/", "sensor/core/", "events.pb-c.h", "proto/base/text.h"],
    "sensor/auth": ["sensor/auth/", "sensor/core/", "events.pb-c.h", "proto/base/text.h"],
    "sensor/rpc": ["sensor/rpc/", "sensor/core/", "events.pb-c.h", "proto/base/text.h", "rpc_operations.inc"],
    "sensor/file": ["sensor/file/", "sensor/core/", "events.pb-c.h", "proto/base/text.h"],
    "collector": ["collector/", "proto/", "web/server.h", "events.pb-c.h"],
    "collector/detect": ["collector/detect/", "collector/model.h", "proto/codec.h", "proto/base/", "events.pb-c.h"],
    "collector/baseline": ["collector/baseline/", "collector/logs/record.h", "collector/logs/trail.h", "collector/detect/", "collector/model.h", "proto/base/"],
    "collector/logs": ["collector/logs/", "collector/store/store.h", "collector/model.h", "proto/base/"],
    "collector/store": ["collector/store/", "collector/logs/key.h", "collector/logs/record.h", "collector/logs/trail.h", "collector/model.h", "proto/", "events.pb-c.h"],
    "collector/report": ["collector/report/", "collector/model.h", "collector/detect/detect.h", "collector/detect/rules.h",
                         "collector/store/store.h", "collector/service.h", "proto/", "events.pb-c.h"],
    "web": ["web/", "collector/service.h", "proto/base/"],
}

# Library header → files that may include it (folders end in /).
BEHIND = {
    "pcap.h": ["sensor/capture.c"],
    "pcap/pcap.h": ["sensor/capture.c"],
    "zmq.h": ["sensor/uplink.c", "proto/curve.c", "collector/ingest.c", "collector/notify/"],
    "sqlite3.h": ["collector/store/"],
    "microhttpd.h": ["web/server.c"],
    "expat.h": ["collector/logs/xml.c"],
    "libevtx.h": ["collector/logs/evtx.c"],
    "yajl/yajl_parse.h": ["collector/logs/json.c"],
    "gnutls/gnutls.h": ["web/", "collector/syslog_tls.c"],
}

PURE = ["sensor/core/", "sensor/smb/", "sensor/auth/", "sensor/rpc/", "sensor/file/", "sensor/engine.c", "sensor/look.c", "collector/detect/", "collector/baseline/"]
IMPURE_CALLS = re.compile(r"(?<!->)(?<!\.)\b(time|clock_gettime|gettimeofday|fopen|open|read|write|printf|fprintf|perror|syslog|getenv|log_(?:error|warning|info|debug)|rand|random|clock_now_ns|clock_steady_ns)\s*\(")
PARSERS = ["sensor/smb/", "sensor/auth/", "sensor/rpc/", "sensor/file/"]
RAW_BYTES = re.compile(r"\b(memcpy|memmove|ntohs|ntohl|be16toh|be32toh|be64toh|le16toh|le32toh|le64toh)\s*\(")
HEAP = re.compile(r"\b(malloc|calloc|realloc|strdup|asprintf)\s*\(")
LEFT_UNDONE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

FUNCTION_LINES, FILE_LINES, LINE_CHARS = 60, 600, 140
PARAMETERS, PARAMETERS_IN = 6, ["sensor/", "proto/", "collector/", "web/"]
PRESCRIBED = ["on_request"]     # by libmicrohttpd
DEFINITION = re.compile(r"^[A-Za-z_][^\n;{}=]*?\b(\w+)(\((?:[^;{}])*\))\n\{", re.M)


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [p for p in out.splitlines() if (ROOT / p).is_file()]


def under(path, folders):
    return any(path == f or (f.endswith("/") and path.startswith(f)) for f in folders)


def room_of(path):
    rooms = [r for r in MAY_INCLUDE if path.startswith(r + "/")]
    return max(rooms, key=len) if rooms else None


def code_only(text):
    """The text with comments and string literals blanked, lines kept."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def includes(path, text):
    for n, line in enumerate(text.splitlines(), 1):
        m = re.match(r'\s*#\s*include\s+(["<])([^">]+)', line)
        if not m:
            continue
        kind, name = m.groups()
        if kind == "<" and name in BEHIND and not under(path, BEHIND[name]) and not path.startswith("tests/"):
            yield n, f"<{name}> stands behind {', '.join(BEHIND[name])}"
        if path.startswith("tests/") and name.endswith(".c"):
            yield n, "a test links the library; it includes no .c file"
        room = room_of(path)
        if kind == '"' and room and not any(name == p or name.startswith(p) for p in MAY_INCLUDE[room]):
            yield n, f"{room}/ may not include {name}"


def calls(path, code):
    rules = [(PURE, IMPURE_CALLS, "pure code does no I/O and knows no clock"),
             (PARSERS, RAW_BYTES, "only the cursor touches packet bytes"),
             (PARSERS, HEAP, "memory comes from the pool or the arena")]
    for folders, pattern, why in rules:
        if not under(path, folders):
            continue
        for n, line in enumerate(code.splitlines(), 1):
            if pattern.search(line):
                yield n, f"{pattern.search(line).group(1)}: {why}"


def arguments(path, text):
    """What a decoder reports is a key of schema/events.md."""
    page = (ROOT / "schema/events.md").read_text(encoding="utf-8")
    for n, line in enumerate(text.splitlines(), 1):
        for name in re.findall(r'decode_\w+\(d, "(\w+)"', line):
            if f"`{name}`" not in page:
                yield n, f"argument {name} is not in schema/events.md"


def lengths(path, text):
    lines = text.splitlines()
    if len(lines) > FILE_LINES and path.endswith((".c", ".h", ".ts", ".tsx", ".py")):
        yield len(lines), f"{len(lines)} lines; {FILE_LINES} is the end"
    start = None
    for n, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > LINE_CHARS and path.endswith((".c", ".h")) and "clang-format" not in text:
            yield n, f"line of {len(line.expandtabs(8))} columns"
        if path.endswith(".c"):
            if line == "{":
                start = n
            elif line == "}" and start:
                if n - start > FUNCTION_LINES:
                    yield start, f"function of {n - start} lines; {FUNCTION_LINES} is the end"
                start = None


def parameters(path, code):
    for m in DEFINITION.finditer(code) if under(path, PARAMETERS_IN) else ():
        outer, depth = 1, 0
        for c in m[2]:
            depth += (c == "(") - (c == ")")
            outer += c == "," and depth == 1
        if outer > PARAMETERS and m[1] not in PRESCRIBED:
            yield code[:m.start()].count("\n") + 1, f"{m[1]} takes {outer} parameters; {PARAMETERS} is the end"


def leftovers(path, text):
    for n, line in enumerate(text.splitlines(), 1):
        if LEFT_UNDONE.search(line) and path != "tests/lint/lint.py" and not path.endswith("rpc-operations.csv"):
            yield n, "work left undone"
        if line != line.rstrip() and path.endswith((".c", ".h", ".py", ".ts", ".tsx", ".sql", ".sh")):
            yield n, "blank at the end of the line"


def main():
    paths = tracked("*.c", "*.h", "*.def", "*.py", "*.sh", "*.ts", "*.tsx", "*.sql", "*.awk")
    breaches = 0
    for path in paths:
        text = (ROOT / path).read_text(encoding="utf-8")
        code = code_only(text) if path.endswith((".c", ".h")) else text
        found = list(lengths(path, text)) + list(leftovers(path, text))
        if path.endswith((".c", ".h", ".def")):
            found += list(includes(path, text)) + list(calls(path, code)) + list(parameters(path, code))
        if path.startswith("sensor/rpc/"):
            found += arguments(path, text)
        for n, sentence in sorted(found):
            print(f"{path}:{n}: {sentence}")
            breaches += 1
    print(f"lint: {len(paths)} files, {breaches} breaches")
    return 1 if breaches or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
