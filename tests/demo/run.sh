#!/usr/bin/env bash
# run.sh BUILD [IFACE]: the demo of `make run`. Starts a collector with its data under BUILD/run, enrols one sensor and, unless it
# captures live on IFACE, shows a day of recorded cases with the logs that the servers wrote (tests/e2e/stage.py) and what was
# approved; then lets the sensor replay cases of tests/golden in real time. Ctrl-C stops both; only they are ended.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build} iface=${2:-}
data=$build/run listen=${LISTEN:-127.0.0.1:8443} ingest=${INGEST:-tcp://127.0.0.1:4717}
collector=$build/ashiato-collector sensor=$build/ashiato-sensor
collector_pid='' sensor_pid=''

# The order tells a story: ordinary days first, then the intruder.
cases=(ordinary-smb3 ordinary-smb1 port-139 guest-anonymous refused psexec-samba psexec-impacket-pth pth-admin-copy
       smbexec-impacket-pth psexec-encrypted)

stop() { # end what this script started, sensor first so that it can hand over what it has
  trap - EXIT
  trap '' INT TERM
  echo
  for pid in $sensor_pid $collector_pid; do
    kill -TERM "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  done
  echo "ashiato: stopped; the data stays in $data (make clean removes it)"
  exit "${1:-0}"
}
trap 'stop 0' INT TERM
trap 'stop $?' EXIT

day() { date -u -d "$1 days" +%F; }

# Yesterday until now, at once: incidents, work that was approved, and an access whose lines somebody took out of the server's log.
tell_the_day() {
  local files=() capture log
  echo "ashiato: telling a day of recorded cases, with the servers' own logs"
  rm -rf "$data/stage"
  /usr/bin/python3 tests/e2e/stage.py "$data/stage"
  for capture in "$data"/stage/day-*.pcap; do files+=(--read "$capture"); done
  "$sensor" "${files[@]}" "${uplink[@]}" 2> "$data/day.log" || { cat "$data/day.log" >&2; return 1; }
  cat > "$data/changes.csv" <<CSV
Change number,Requested by,Jump host,Target server,Planned start date,Planned end date,Short description
CHG-1042,LABDOM\\dave,10.77.0.21,10.77.0.13,$(day -2),$(day +5),Patch night of the member servers
CSV
  {
    for log in "$data"/stage/*.jsonl; do
      "$collector" logs import "$log" --source "$(basename "${log%.jsonl}")" --site headquarters --data "$data/collector"
    done
    "$collector" baseline import "$data/changes.csv" --planned --data "$data/collector" \
      --map 'source=Jump host,account=Requested by,destination=Target server,valid_from=Planned start date,valid_until=Planned end date,reference=Change number,reason=Short description'
    "$collector" baseline add --site headquarters --source 10.77.0.21 --account 'FS1\admin' --destination 10.77.0.11 \
      --actions dcom-exec,wmi-exec,admin-share-copy --valid-until "$(day +90)" --data "$data/collector" \
      --reason 'Inventory by WMI, approved by the head of operations'
  } > "$data/day.log" 2>&1 || { cat "$data/day.log" >&2; return 1; }
  rm -rf "$data/stage"
}

answers() { # ADDRESS:PORT: somebody accepts connections there
  (exec 3<> "/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null
}

if answers "$listen"; then
  echo "ashiato: something already answers at $listen; stop it, or run: make run LISTEN=127.0.0.1:9443 INGEST=tcp://127.0.0.1:4718" >&2
  trap - EXIT
  exit 1
fi
umask 077
mkdir -p "$data"
coproc COLLECTOR { exec setsid "$collector" serve --data "$data/collector" --listen "$listen" --ingest "$ingest"; }
collector_pid=$COLLECTOR_PID
exec 4<&"${COLLECTOR[0]}" # a subshell does not inherit a coprocess's own
line=''
until [[ $line == ready* ]]; do # it says where it listens and the first password, and then that it is ready
  IFS= read -r line <&4 || { wait "$collector_pid"; exit 1; }
  [[ $line == ready* ]] || echo "$line"
done
cat <&4 &

[ -e "$data/sensor.key" ] || "$sensor" --keygen "$data/sensor.key" >/dev/null
"$collector" sensor list --data "$data/collector" | grep -qw demo ||
  "$collector" sensor add demo --site headquarters --key "$data/sensor.key.pub" --data "$data/collector"

uplink=(--collector "$ingest" --key "$data/sensor.key" --collector-key "$data/collector/collector.key.pub" --spool "$data/spool"
        --site headquarters --name demo)
if [ -n "$iface" ]; then
  echo "ashiato: capturing live on $iface"
  setsid "$sensor" --interface "$iface" "${uplink[@]}" &
else
  if [ ! -e "$data/told" ]; then
    tell_the_day
    touch "$data/told"
  fi
  echo "ashiato: replaying ${#cases[@]} recorded cases in real time: ${cases[*]}"
  files=()
  for name in "${cases[@]}"; do files+=(--read "tests/golden/$name/capture.pcap"); done
  setsid "$sensor" "${files[@]}" --pace --rebase-time "${uplink[@]}" &
fi
sensor_pid=$!

echo "ashiato: open https://$listen/ and log in as admin; forgotten password: $collector user password admin --data $data/collector"
echo "ashiato: Ctrl-C stops"
wait "$sensor_pid" || { echo "ashiato: the sensor ended with an error" >&2; sensor_pid=''; stop 1; }
sensor_pid=''
echo "ashiato: the replay is over; the dashboard stays at https://$listen/ (Ctrl-C stops)"
wait "$collector_pid"
