# staged.sh : to be sourced from the root of the tree. A collector that has seen a staged week (stage.py), for what looks at the
# dashboard. Sets BASE_URL, USER, PASSWORD, STAGE for the browser's scripts; what is started here is ended when the shell ends.
collector_pid=''

stop_collector() {
  [ -n "$collector_pid" ] && kill "$collector_pid" 2>/dev/null && wait "$collector_pid" 2>/dev/null || true
  collector_pid=''
}
trap stop_collector EXIT

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

until_ready() { # TIMES : ask for ten seconds until the collector has said so often that it is ready
  local deadline=$((SECONDS + 10))
  until [ "$(grep -c "^ready" "$data/collector.log")" -ge "$1" ]; do
    kill -0 "$collector_pid" 2>/dev/null || { echo "the collector ended:" >&2; cat "$data/collector.log" >&2; return 1; }
    [ $SECONDS -lt $deadline ] || { echo "the collector: not within 10 s" >&2; cat "$data/collector.log" >&2; return 1; }
    read -rt 0.1 <> <(:) || true
  done
}

start_collector() { # TIMES
  "$build/ashiato-collector" serve --data "$data/collector" --listen "$web" --ingest "$ingest" >> "$data/collector.log" 2>&1 &
  collector_pid=$!
  until_ready "$1"
}

replay() { # SPOOL CAPTURE...
  local spool=$1 files=()
  shift
  for capture in "$@"; do files+=(--read "$capture"); done
  "$build/ashiato-sensor" "${files[@]}" --collector "$ingest" --key "$data/sensor.key" --collector-key "$data/collector/collector.key.pub" \
    --spool "$data/$spool" --site headquarters --name demo
}

# Nobody waits for fourteen days: the site has been watched for thirty.
age_sensors() {
  /usr/bin/python3 - "$data/collector/ashiato.db" <<'AGED'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store:
    store.execute("UPDATE sensors SET enrolled = enrolled - 30 * 86400 * 1000000000")
AGED
}

# The week before first; habits are learned with the first batch after a start, so the day comes after one.
stage() { # BUILD DATA
  build=$1 data=$2
  rm -rf "$data"
  mkdir -p "$data"
  chmod 700 "$data"
  web=127.0.0.1:$(free_port)
  ingest=tcp://127.0.0.1:$(free_port)
  export BASE_URL=https://$web USER=admin STAGE=$data/stage
  /usr/bin/python3 tests/e2e/stage.py "$STAGE"
  : > "$data/collector.log"
  start_collector 1
  "$build/ashiato-sensor" --keygen "$data/sensor.key" > "$data/keygen.log"
  "$build/ashiato-collector" sensor add demo --site headquarters --key "$data/sensor.key.pub" --data "$data/collector"
  age_sensors
  replay spool-routine "$STAGE"/routine-*.pcap
  stop_collector
  start_collector 2
  replay spool "$STAGE"/day-*.pcap
  PASSWORD=$(sed -n 's/.*user admin, password \([^ ]*\) .*/\1/p' "$data/collector.log")
  export PASSWORD
  [ -n "$PASSWORD" ] || { echo "the collector printed no password" >&2; return 1; }
}
