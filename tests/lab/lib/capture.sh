# shellcheck shell=bash
# tcpdump on the bridge. Immediate mode, because the ring otherwise hands over blocks on a timer and
# a capture stopped within a second of its last packet would lose it.
# shellcheck disable=SC2154  # lab: set by lib/base.sh

capture_start() { # FILE FILTER
  capture_file=$1
  ip netns exec "$(netns switch)" tcpdump -Z root --immediate-mode -U -i br0 -s 0 -B 16384 -w "$1" "$2" 2>"$lab/tcpdump.log" &
  capture_pid=$!
  wait_for 100 grep -q 'listening on' "$lab/tcpdump.log"
}

# Stop when the file has not grown for half a second; a dropped packet spoils the recording.
capture_stop() {
  local before=-1 now
  while now=$(stat -c %s "$capture_file") && [ "$now" != "$before" ]; do
    before=$now
    sleep 0.5
  done
  kill -INT "$capture_pid"
  wait "$capture_pid" || true
  grep -q '^0 packets dropped by kernel' "$lab/tcpdump.log" || die "the capture dropped packets"
}
