# shellcheck shell=bash
# Ashiato itself, beside the laboratory's network: a mirror (SPAN) port of the switch with a live sensor on it, and a
# collector in a namespace of its own, which only the switch can reach. The sensor delivers over CURVE.
# shellcheck disable=SC2154  # build, lab, server, approved: set by lab and by the case

collector_ip=10.99.0.2 sensor_ip=10.99.0.1
collector_web=$collector_ip:8443 collector_ingest=tcp://$collector_ip:4717

watch_up() {
  mkdir -p "$lab/watch"
  management_up
  span_up "$server"
  collector_up
  sensor_up
}

management_up() {
  net_add hq
  ip -n "$(netns switch)" link add hq type veth peer name eth0 netns "$(netns hq)"
  ip -n "$(netns switch)" addr add "$sensor_ip/24" dev hq
  ip -n "$(netns hq)" addr add "$collector_ip/24" dev eth0
  ip -n "$(netns switch)" link set hq up
  ip -n "$(netns hq)" link set eth0 up
}

# span_up HOST: every frame from and to HOST's port also comes out of span1.
span_up() {
  local ns way
  ns=$(netns switch)
  ip -n "$ns" link add span0 type veth peer name span1
  ip -n "$ns" link set span0 up
  ip -n "$ns" link set span1 up
  ip netns exec "$ns" tc qdisc add dev "sw-$1" clsact
  for way in ingress egress; do
    ip netns exec "$ns" tc filter add dev "sw-$1" "$way" protocol all u32 match u32 0 0 action mirred egress mirror dev span0
  done
}

collector() { ip netns exec "$(netns hq)" "$build/ashiato-collector" "$@" --data "$lab/watch/collector" >>"$lab/watch/cli.log" 2>&1; }

collector_up() {
  ip netns exec "$(netns hq)" setsid "$build/ashiato-collector" serve --data "$lab/watch/collector" \
    --listen "$collector_web" --ingest "$collector_ingest" </dev/null >"$lab/watch/collector.log" 2>&1 &
  collector_pid=$!
  wait_for 200 grep -q ^ready "$lab/watch/collector.log"
  if [ ${#approved[@]} -gt 0 ]; then collector baseline add --reason 'planned work' "${approved[@]}"; fi
}

# Returns when packets are being taken.
sensor_up() {
  "$build/ashiato-sensor" --keygen "$lab/watch/key" >"$lab/watch/keygen.log"
  collector sensor add span --site laboratory --key "$lab/watch/key.pub"
  ip netns exec "$(netns switch)" setsid "$build/ashiato-sensor" --interface span1 --health-every 1 \
    --collector "$collector_ingest" --key "$lab/watch/key" --collector-key "$lab/watch/collector/collector.key.pub" \
    --spool "$lab/watch/spool" --site laboratory --name span </dev/null >"$lab/watch/sensor.log" 2>&1 &
  sensor_pid=$!
  wait_for 100 is_capturing
}

is_capturing() { ip netns exec "$(netns switch)" ss -0 -Hna | grep -q span1; }

collector_down() {
  kill -TERM "$collector_pid"
  wait "$collector_pid" || die "the collector ended with $?: $(tail -n 3 "$lab/watch/collector.log")"
}

# A sensor that is told to stop takes what is still in its ring, delivers it and exits; what the collector lacks then is missing
# from its findings.
sensor_down() {
  kill -TERM "$sensor_pid"
  wait "$sensor_pid" || die "the sensor ended with $?: $(tail -n 3 "$lab/watch/sensor.log")"
}
