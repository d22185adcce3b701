# shellcheck shell=bash
# The servers' own access logs, as conf/server.conf keeps them in HOST/log: their way into the collector, and what an intruder who
# became administrator does to them.
# shellcheck disable=SC2154  # here, lab, log_zone, servers ...: set by lab and by the case

logs_of() { find "$lab/$1/log" \( -name '*.json' -o -name files.log \) -size +0 | sort; }      # HOST

# The audit of files names neither its host nor its zone.
logs_import() {
  local host zone=()
  if [ "$log_zone" = told ]; then zone=(--zone "$(date +%:z)"); fi
  for host in "${servers[@]}"; do
    mapfile -t files < <(logs_of "$host")
    collector logs import "${files[@]}" --source "$host" --host "${host^^}" --site "$(site_of "$host")" "${zone[@]}"
  done
}

# logs_lose WHAT HOST CLIENT: see py/lose_logs.py.
logs_lose() { mapfile -t files < <(logs_of "$2"); /usr/bin/python3 -B "$here/py/lose_logs.py" "$1" "$(ip_of "$3")" "${files[@]}"; }

# The pauses the case speaks of, as in what was captured.
logs_later() {
  mapfile -t files < <(for host in "${servers[@]}"; do logs_of "$host"; done)
  /usr/bin/python3 -B "$here/py/shift_clock.py" "$lab/truth.tsv" logs "${files[@]}"
}

# ---- logs that are sent as they are written: a program beside the switch reads each server's logons and uploads them ----

declare -A stream_pid

streams_up() {
  local host token
  if [ "$log_way" != streamed ]; then return; fi
  for host in "${servers[@]}"; do
    collector logs add "${host^^}" --site "$(site_of "$host")" --hosts "$host,$(ip_of "$host")"
    token=$(tail -n 1 "$lab/watch/cli.log")
    ip netns exec "$(switch_of "$(site_of "$host")")" setsid /usr/bin/python3 -B "$here/py/forward_logs.py" --url "https://$collector_web" \
      --ca "$lab/watch/collector/tls.crt" --token "$token" --state "$lab/$host/vouched" --erased "$lab/$host/erased" \
      --host "$host" --host "$(ip_of "$host")" "$lab/$host/log/auth.json" </dev/null >"$lab/$host/forward.log" 2>&1 &
    stream_pid[$host]=$!
  done
}

streams_down() { local host; for host in "${!stream_pid[@]}"; do stream_stops "$host"; done; }

stream_stops() { # HOST
  kill -TERM "${stream_pid[$1]}" 2>/dev/null || true
  wait "${stream_pid[$1]}" || die "the forwarder of $1 ended with $?: $(tail -n 3 "$lab/$1/forward.log")"
  unset "stream_pid[$1]"
}

# Everything written until now has been sent; all until a logon's slack after now has.
stream_has_come() { local now; now=$(date +%s); wait_for 100 stream_is_at "$1" "$((now + 1))"; }        # HOST
stream_has_passed() { local now; now=$(date +%s); wait_for 150 stream_is_at "$1" "$((now + 6))"; }      # HOST
stream_is_at() { [ "$(cat "$lab/$1/vouched")" -ge "$2" ]; }
stream_erases() { say "$2" >"$lab/$1/erased"; }         # HOST ADDRESS
