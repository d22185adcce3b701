#!/usr/bin/env bash
# run.sh MAKE: everything `make test` runs, in order, with one line per part at the end, then those that failed once more, with what
# they said had FAILED. A part that fails does not hide the others. The last line is Criterion's own over all unit tests.
set -u
cd "$(dirname "$0")/.."
make=${1:-make}
python=/usr/bin/python3
mkdir -p build
results=build/test-results.txt logs=build/test-logs
: > "$results"
rm -rf "$logs"
mkdir -p "$logs"
failed=()

log_of() { echo "$logs/${1//[^[:alnum:]]/-}"; }

part() { # NAME COMMAND...
  local name=$1 began=$SECONDS log=$(log_of "$1")
  shift
  echo
  echo "==== $name"
  "$@" 2>&1 | tee "$log"
  if [ "${PIPESTATUS[0]}" = 0 ]; then
    printf '  ok      %4d s  %s\n' $((SECONDS - began)) "$name" >> "$results"
  else
    printf '  FAILED  %4d s  %s\n' $((SECONDS - began)) "$name" >> "$results"
    failed+=("$name")
  fi
}

# Why a part failed, as far as its lines say so; else its last words.
reasons_in() { # LOG
  grep -m 20 -E '^FAILED|: (fatal )?error: |^make.*\*\*\*' "$1" || tail -n 3 "$1"
}

say_failed() { # NAME...
  local name
  echo
  for name; do
    echo "FAILED $name"
    reasons_in "$(log_of "$name")" | cut -c1-200 | sed 's/^/  /'
  done
}

part "build"                                    "$make" --no-print-directory -j2 all
part "source tree against its picture"          "$python" tests/lint/lint.py
part "unit tests"                               "$make" --no-print-directory -j2 unit
part "unit tests under ASan and UBSan"          "$make" --no-print-directory -j2 SAN=1 unit
part "fuzz targets over their seeds (ASan)"     "$make" --no-print-directory -j2 SAN=1 fuzz-replay
part "sensor under ThreadSanitizer"            "$make" --no-print-directory -j2 SAN=thread sensor
part "capture generator, plain reader"         "$make" --no-print-directory -j2 bench-tools
for check in tests/golden/check_*.py tests/e2e/check_*.py; do
  [ -e "$check" ] && part "$check" "$python" "$check"
done
for check in tests/e2e/check_*.sh; do
  [ -e "$check" ] && part "$check" bash "$check"
done
# Only root can play it, and only where network namespaces can be made.
why_not=$(tests/lab/lab --why-not)
if [ -z "$why_not" ]; then
  part "laboratory: real clients, servers, tools"    tests/lab/lab
  part "laboratory: nothing is left behind"          tests/lab/check_clean.sh
else
  echo "NOTICE the laboratory is not played: $why_not"
  printf '  skipped          laboratory: %s\n' "$why_not" >> "$results"
fi
part "dashboard unit tests"                     npm test --prefix web/ui --silent

echo
echo "==== summary"
cat "$results"
[ ${#failed[@]} = 0 ] || say_failed "${failed[@]}"
grep -F 'Synthesis:' "$(log_of "unit tests")" | tail -n 1
[ ${#failed[@]} = 0 ]
