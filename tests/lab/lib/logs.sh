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
