# shellcheck shell=bash
# Ashiato itself, beside the laboratory's network: at each site a mirror (SPAN) port of the switch with a live sensor on it,
# and one collector in a namespace of its own, which only the switches can reach. The sensors deliver over CURVE.
# shellcheck disable=SC2154  # build, lab, servers, sites, approved: set by lab and by the case

collector_ip=10.99.0.2
collector_web=$collector_ip:8443 collector_ingest=tcp://$collector_ip:4717
declare -A sensor_pid
faketime=$(find /usr/lib -name libfaketimeMT.so.1 -print -quit)

# The collector, which takes as long to start as the hosts do.
hq_up() {
  mkdir -p "$lab/watch/sanitizer"
  chmod 1777 "$lab/watch" "$lab/watch/sanitizer"      # whoever a process has become may still write its report
  export ASAN_OPTIONS=detect_leaks=1:log_path=$lab/watch/sanitizer/report
  export UBSAN_OPTIONS=print_stacktrace=1:log_path=$lab/watch/sanitizer/report
  net_add hq
  ip -n "$(netns hq)" link add br0 type bridge forward_delay 0 stp_state 0
  ip -n "$(netns hq)" addr add "$collector_ip/24" dev br0
  ip -n "$(netns hq)" link set br0 up
  collector_up
}

collector_up() { # NAME=VALUE...: in that environment
  ip netns exec "$(netns hq)" setsid env "$@" "$build/ashiato-collector" serve --data "$lab/watch/collector" \
    --listen "$collector_web" --ingest "$collector_ingest" </dev/null >>"$lab/watch/collector.log" 2>&1 &
  collector_pid=$!
}

# collector_later MINUTES: it is ended and started again, by a clock that has gone on so far.
collector_later() {
  collector_down
  collector_up LD_PRELOAD="$faketime" FAKETIME="+$1m" FAKETIME_DONT_FAKE_MONOTONIC=1 ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0"
  wait_for 200 is_ready_again
}
is_ready_again() { [ "$(grep -c ^ready "$lab/watch/collector.log")" -ge 2 ]; }

watch_up() {
  local site
  for site in $sites; do
    management_up "$site"
    span_up "$site"
  done
  wait_for 200 grep -q ^ready "$lab/watch/collector.log"
  if [ ${#approved[@]} -gt 0 ]; then collector baseline add --reason 'planned work' "${approved[@]}"; fi
  for site in $sites; do sensor_up "$site"; done
}

# The way from a site's switch to head office.
management_up() { # SITE
  local switch
  switch=$(switch_of "$1")
  ip -n "$switch" link add hq type veth peer name "$1" netns "$(netns hq)"
  ip -n "$(netns hq)" link set "$1" master br0 up
  ip -n "$switch" addr add "10.99.0.1${site_byte[$1]}/24" dev hq
  ip -n "$switch" link set hq up
}

# span_up SITE: every frame that enters the switch also comes out of span1, once.
span_up() {
  local switch port
  switch=$(switch_of "$1")
  ip -n "$switch" link add span0 type veth peer name span1
  ip -n "$switch" link set span0 up
  ip -n "$switch" link set span1 up
  for port in $(ports_of "$1"); do
    ip netns exec "$switch" tc qdisc add dev "$port" clsact
    ip netns exec "$switch" tc filter add dev "$port" ingress protocol all u32 match u32 0 0 action mirred egress mirror dev span0
  done
}

ports_of() { local host; for host in "${servers[@]}" "${clients[@]}"; do if [ "$(site_of "$host")" = "$1" ]; then say "sw-$host"; fi; done; }

collector() {
  ip netns exec "$(netns hq)" "$build/ashiato-collector" "$@" --data "$lab/watch/collector" >>"$lab/watch/cli.log" 2>&1 ||
    die "ashiato-collector $1 $2: $(tail -n 3 "$lab/watch/cli.log")"
}

# sensor_up SITE: enrolled, and if it watches live, taking packets.
sensor_up() {
  local folder=$lab/watch/$1
  mkdir -p "$folder"
  "$build/ashiato-sensor" --keygen "$folder/key" >"$folder/keygen.log"
  collector sensor add "span-$1" --site "$1" --key "$folder/key.pub"
  if [ "$watched" = live ]; then
    sensor "$1" --interface span1 --health-every 1
    wait_for 100 is_capturing "$1"
  fi
}

# sensor SITE OPTION...: one that delivers, in the background.
sensor() {
  local folder=$lab/watch/$1
  ip netns exec "$(switch_of "$1")" setsid "$build/ashiato-sensor" "${@:2}" \
    --collector "$collector_ingest" --key "$folder/key" --collector-key "$lab/watch/collector/collector.key.pub" \
    --spool "$folder/spool" --site "$1" --name "span-$1" </dev/null >"$folder/sensor.log" 2>&1 &
  sensor_pid[$1]=$!
}

# sensor_read SITE: what was captured there, with the pauses the case speaks of, goes the same way.
sensor_read() {
  /usr/bin/python3 -B "$here/py/shift_clock.py" "$lab/truth.tsv" capture "$lab/$1.pcap" "$lab/watch/$1/shifted.pcap"
  sensor "$1" --read "$lab/watch/$1/shifted.pcap"
  wait "${sensor_pid[$1]}" || die "the sensor ended with $?: $(tail -n 3 "$lab/watch/$1/sensor.log")"
}

is_capturing() { ip netns exec "$(switch_of "$1")" ss -0 -Hna | grep -q span1; }

collector_down() { end_cleanly 'the collector' "$collector_pid" "$lab/watch/collector.log"; }

# end_cleanly WHAT PID LOG: told to end, it must end with 0 and nothing to report.
end_cleanly() {
  local status=0
  kill -TERM "$2" 2>/dev/null || true
  wait "$2" || status=$?
  [ "$status" = 0 ] || die "$1 ended with $status: $(tail -n 3 "$3")"
  no_reports || die "$1 has something to report"
}

# Programs built with SAN=1 leave here what AddressSanitizer, LeakSanitizer and UBSan find; the ordinary ones nothing.
no_reports() { ! compgen -G "$lab/watch/sanitizer/*" >/dev/null; }

# A sensor that is told to stop takes what is still in its ring, delivers it and exits; what the collector lacks then is missing
# from its findings.
sensors_down() {
  local site
  for site in $sites; do
    if [ "$watched" = live ]; then end_cleanly 'the sensor' "${sensor_pid[$site]}" "$lab/watch/$site/sensor.log"; else sensor_read "$site"; fi
  done
}
