# shellcheck shell=bash
# Small helpers, and the life of one run: a temporary folder that is made first and undone last.
# shellcheck disable=SC2034  # run_id: read by lib/net.sh

say() { printf '%s\n' "$*"; }
die() { printf 'lab: %s\n' "$*" >&2; exit 1; }

need() {
  local why
  why=$(why_not "$@")
  [ -z "$why" ] || die "$why"
}

# Why the laboratory cannot run here, if it cannot.
why_not() { # TOOL|FILE...
  local tool
  if [ "$(id -u)" != 0 ]; then say 'it needs root: it makes network namespaces and captures'; return; fi
  if ! unshare --net --mount true 2>/dev/null; then say 'no network namespaces can be made here'; return; fi
  for tool; do
    command -v "$tool" >/dev/null || [ -e "$tool" ] || { say "$tool is missing (.ci/setup lab installs what it needs)"; return; }
  done
  unshare --net bash -ec "$make_switch" >/dev/null 2>&1 || say 'this kernel makes no switch with a mirror port (bridge, veth, clsact, u32, mirred)'
}

make_switch='ip link add br0 type bridge; ip link add port type veth peer name host; tc qdisc add dev port clsact
  tc filter add dev port ingress protocol all u32 match u32 0 0 action mirred egress mirror dev host'

# wait_for TENTHS COMMAND...: until COMMAND succeeds; fails after TENTHS tenths of a second.
wait_for() {
  local rounds=$((5 * $1))
  shift
  while ! "$@" 2>/dev/null; do
    [ "$((rounds--))" -gt 0 ] || die "waited in vain for: $*"
    sleep 0.02
  done
}

# Everything of a run hangs off its folder; the folder's random name is also in its namespaces' names.
lab_begin() {
  lab=''
  trap lab_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  lab=$(mktemp -d)
  run_id=${lab##*.}
  chmod 711 "$lab"                # smbd enters it as the user it serves
}

lab_end() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  [ -n "$lab" ] || return "$status"
  net_down
  if [ "$status" -ne 0 ]; then
    cat "$lab"/watch/sanitizer/* >&2 2>/dev/null || true
    tail -n 20 "$lab/clients.log" >&2 2>/dev/null || true
  fi
  if [ -n "${LAB_KEEP:-}" ]; then say "kept $lab"; else rm -rf --one-file-system "$lab"; fi
  return "$status"
}
