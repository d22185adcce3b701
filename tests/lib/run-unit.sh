#!/bin/bash
# run-unit.sh OUT PROGRAM...: run every Criterion program, show what it says, and end with the names of the tests that failed and
# one line of Criterion's own form that sums them all up. Fails when a test fails, when a program ends without its summary or runs
# no test, and when AddressSanitizer or UBSan wrote anything: under Criterion a leak alone would still exit 0.
set -u
out=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ASAN_OPTIONS="detect_leaks=1:log_path=$work/sanitizer"
export UBSAN_OPTIONS="print_stacktrace=1:log_path=$work/sanitizer"

tested=0 passing=0 failing=0 crashing=0 broken=0 failures=()

# no_test WHY: something failed that no test of a program answers for.
no_test() {
	echo "$name: $1"
	failures+=("$name: $1")
	broken=$((broken + 1))
}

# What the sanitizers wrote about the program that ran last.
sanitizer_reports() {
	local log
	for log in "$work"/sanitizer.*; do
		[ -e "$log" ] || continue
		cat "$log"
		if awk -f tests/lib/own-leaks.awk "$log"; then
			no_test "sanitizer report ${log##*.}"
		else
			echo "NOTICE libzmq's own leak, not counted: see tests/lib/own-leaks.awk"
		fi
		rm "$log"
	done
}

for program in "$@"; do
	name=${program#"$out"/}
	echo "== $name"
	# Frames of libraries built without frame pointers are only told by the slow way: own-leaks.awk wants them.
	case $program in */delivery/*) unwind=0 ;; *) unwind=1 ;; esac
	ASAN_OPTIONS="$ASAN_OPTIONS:fast_unwind_on_malloc=$unwind" "$program" --color=never >"$work/said" 2>&1
	code=$?
	cat "$work/said"
	mapfile -t -O ${#failures[@]} failures < <(sed -n "s|^\\[FAIL\\] \\([^ ]*\\): .*|$name: \\1|p" "$work/said")
	if [[ $(grep Synthesis: "$work/said" | tail -n 1) =~ Tested:\ ([0-9]+).*Passing:\ ([0-9]+).*Failing:\ ([0-9]+).*Crashing:\ ([0-9]+) ]]; then
		tested=$((tested + BASH_REMATCH[1])) passing=$((passing + BASH_REMATCH[2]))
		failing=$((failing + BASH_REMATCH[3])) crashing=$((crashing + BASH_REMATCH[4]))
		if [ "${BASH_REMATCH[1]}" = 0 ] || { [ $code != 0 ] && [ "${BASH_REMATCH[3]}${BASH_REMATCH[4]}" = 00 ]; }; then
			no_test "exit code $code after ${BASH_REMATCH[1]} tests"
		fi
	else
		no_test "ended with code $code and without a summary"
	fi
	sanitizer_reports
done

[ ${#failures[@]} = 0 ] || printf 'FAILED %s\n' "${failures[@]}"
echo "[====] Synthesis: Tested: $((tested + broken)) | Passing: $passing | Failing: $failing | Crashing: $((crashing + broken))"
[ $((failing + crashing + broken)) = 0 ]
