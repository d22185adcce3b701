#!/usr/bin/env bash
# check_dashboard.sh [BUILD] : the whole way once. A fresh collector that sees a staged week, every answer against schema/openapi.yaml,
# and a person's way through the dashboard in a real Chromium. Pictures go to BUILD/shots.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/e2e/staged.sh
stage "${1:-build}" "${1:-build}/e2e/dashboard"

cat > "$data/fs9.jsonl" <<LOG
{"EventTime":"$(date -u +'%F %T')","Hostname":"FS9.example.test","EventID":4624,"RecordNumber":1,"Channel":"Security","SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"ops","TargetDomainName":"LAB","IpAddress":"203.0.113.9","IpPort":"50000","LogonType":"3","TargetLogonId":"0x1234"}
this is no JSON
LOG
"$build/ashiato-collector" logs import "$data/fs9.jsonl" --data "$data/collector" || true	# 1: a line was rejected

failed=0
node tests/e2e/openapi.mjs || failed=1
SHOTS=$build/shots node tests/e2e/browser.mjs || failed=1
kill -0 "$collector_pid" || { echo "the collector did not survive:" >&2; cat "$data/collector.log" >&2; failed=1; }
exit $failed
