#!/usr/bin/env bash
# check_dashboard.sh [BUILD] : the whole way once. A fresh collector, a sensor that replays a day of recorded cases into it (stage.py),
# every answer against schema/openapi.yaml, and a person's way through the dashboard in a real Chromium. Pictures go to BUILD/shots.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build}
data=$build/e2e/dashboard
collector_pid=''

stop() {
  [ -n "$collector_pid" ] && kill "$collector_pid" 2>/dev/null && wait "$collector_pid" 2>/dev/null || true
}
trap stop EXIT

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

until_true() { # WHAT COMMAND... : ask for ten seconds
  local what=$1 deadline=$((SECONDS + 10))
  shift
  until "$@"; do
    kill -0 "$collector_pid" 2>/dev/null || { echo "the collector ended:" >&2; cat "$data/collector.log" >&2; return 1; }
    [ $SECONDS -lt $deadline ] || { echo "$what: not within 10 s" >&2; cat "$data/collector.log" >&2; return 1; }
    read -rt 0.1 <> <(:) || true
  done
}

rm -rf "$data"
mkdir -p "$data"
chmod 700 "$data"
web=127.0.0.1:$(free_port)
ingest=tcp://127.0.0.1:$(free_port)
"$build/ashiato-collector" serve --data "$data/collector" --listen "$web" --ingest "$ingest" > "$data/collector.log" 2>&1 &
collector_pid=$!
until_true "the collector" grep -q "^ready" "$data/collector.log"

"$build/ashiato-sensor" --keygen "$data/sensor.key" > "$data/keygen.log"
"$build/ashiato-collector" sensor add demo --site headquarters --key "$data/sensor.key.pub" --data "$data/collector"
mapfile -t captures < <(/usr/bin/python3 tests/e2e/stage.py "$data/stage")
files=()
for capture in "${captures[@]}"; do files+=(--read "$capture"); done
"$build/ashiato-sensor" "${files[@]}" --collector "$ingest" --key "$data/sensor.key" \
  --collector-key "$data/collector/collector.key.pub" --spool "$data/spool" --site headquarters --name demo

cat > "$data/fs9.jsonl" <<LOG
{"EventTime":"$(date -u +'%F %T')","Hostname":"FS9.example.test","EventID":4624,"RecordNumber":1,"Channel":"Security","SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"ops","TargetDomainName":"LAB","IpAddress":"203.0.113.9","IpPort":"50000","LogonType":"3","TargetLogonId":"0x1234"}
this is no JSON
LOG
"$build/ashiato-collector" logs import "$data/fs9.jsonl" --data "$data/collector" || true	# 1: a line was rejected

export BASE_URL=https://$web USER=admin
PASSWORD=$(sed -n 's/.*user admin, password \([^ ]*\) .*/\1/p' "$data/collector.log")
export PASSWORD
[ -n "$PASSWORD" ] || { echo "the collector printed no password" >&2; exit 1; }

failed=0
node tests/e2e/openapi.mjs || failed=1
SHOTS=$build/shots STAGE=$data/stage node tests/e2e/browser.mjs || failed=1
kill -0 "$collector_pid" || { echo "the collector did not survive:" >&2; cat "$data/collector.log" >&2; failed=1; }
exit $failed
