# shellcheck shell=bash
# tcpdump on the bridge of each site, into SITE.pcap. Immediate mode, because the ring otherwise hands over blocks on a timer
# and a capture stopped within a second of its last packet would lose it. The ring has room for 16 MiB of frames at the size
# -s allows; a frame is one MTU.
# shellcheck disable=SC2154  # lab, sites: set by lib/base.sh and lib/case.sh

declare -A capture_pid

captures_start() { # FILTER
  local site
  for site in $sites; do
    ip netns exec "$(switch_of "$site")" tcpdump -Z root --immediate-mode -U -i br0 -s 2048 -B 16384 -w "$lab/$site.pcap" "$1" \
      2>"$lab/tcpdump.$site.log" &
    capture_pid[$site]=$!
    wait_for 100 grep -q 'listening on' "$lab/tcpdump.$site.log"
  done
}

captures_stop() { local site; for site in $sites; do capture_stop "$site"; done; }

# Stop when the file has not grown for a quarter of a second; a dropped packet spoils the recording.
capture_stop() {
  local before=-1 now
  while now=$(stat -c %s "$lab/$1.pcap") && [ "$now" != "$before" ]; do
    before=$now
    sleep 0.25
  done
  kill -INT "${capture_pid[$1]}"
  wait "${capture_pid[$1]}" || true
  grep -q '^0 packets dropped by kernel' "$lab/tcpdump.$1.log" || die "the capture dropped packets"
}
