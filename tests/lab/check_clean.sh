#!/usr/bin/env bash
# check_clean.sh: the laboratory leaves nothing behind. Interrupts a scenario (Ctrl-C) at several moments of its life, lets one
# fail, plays two at once, and looks each time for namespaces, processes, mounts and files that should be gone.
# LAB_BUILD is where the two programs lie. Needs what the laboratory needs; takes about twenty seconds.
set -uo pipefail
set -m                                      # a job is a process group of its own, which Ctrl-C can be sent to

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
prefix=ashiato-clean$$
passed=0 failed=0
trap 'rm -rf "$work"' EXIT

mkdir "$work/cases" "$work/tmp"
cp "$here/cases/pth-admin-copy.sh" "$here/cases/admin-copy.sh" "$work/cases/"
printf 'run() { die "on purpose"; }\n' >"$work/cases/fails.sh"
printf '%s\n' "$work/tmp" >"$work/pattern"      # a pattern on grep's command line would find grep
touch "$work/began"

# Whoever started this check in the background may have had SIGINT ignored, which a shell cannot undo for itself.
lab() {
  TMPDIR=$work/tmp LAB_NETNS=$prefix LAB_CASES=$work/cases LAB_JSON=$work/$BASHPID.json env --default-signal=INT "$here/lab" "$@"
}

# What a run could leave: where it may write, and where it must not.
leftovers() {
  ip netns list | grep -F "$prefix" | sed 's/^/namespace /'
  grep -lFf "$work/pattern" /proc/[0-9]*/cmdline /proc/[0-9]*/environ /proc/[0-9]*/mountinfo 2>/dev/null | sed 's/^/process /'
  grep -F "$work" /proc/self/mountinfo | sed 's/^/mount /'
  find "$work/tmp" -mindepth 1 -maxdepth 1
  find /etc/samba /run/samba /var/lib/samba /var/cache/samba /var/log/samba -newer "$work/began" 2>/dev/null
}

# check NAME WANTED-STATUS STATUS
check() {
  local left
  left=$(leftovers)
  if [ "$3" = "$2" ] && [ -z "$left" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s: status %s, wanted %s; left behind: %s\n' "$1" "$3" "$2" "${left:-nothing}"
    sed 's/^/    /' "$work/log"
  fi
}

# Ctrl-C as soon as a file of this pattern is there.
interrupt_at() { # MOMENT PATTERN
  local rounds=500
  lab pth-admin-copy >"$work/log" 2>&1 &
  until compgen -G "$work/tmp/$2" >/dev/null; do
    [ "$((rounds--))" -gt 0 ] || break
    sleep 0.02
  done
  kill -INT -- "-$!"
  wait "$!"
  check "interrupted $1" 130 $?
}

interrupt_at 'at its beginning'                 'tmp.*'
interrupt_at 'with namespaces'                  'tmp.*/fs1/etc/group'
interrupt_at 'while servers start'              'tmp.*/fs1/log/smbd.out'
interrupt_at 'while the sensor starts'          'tmp.*/watch/*/sensor.log'
interrupt_at 'while a client works'             'tmp.*/clients.log'
interrupt_at 'while the witnesses are compared' 'tmp.*/out'

lab fails >"$work/log" 2>&1
check 'a scenario that fails' 1 $?

lab pth-admin-copy >"$work/log" 2>&1 &
lab admin-copy >"$work/log2" 2>&1 &
wait %1; first=$?
wait %2; second=$?
check 'two runs at once' '0 0' "$first $second"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
