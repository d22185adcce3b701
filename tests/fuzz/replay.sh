#!/usr/bin/env bash
# replay.sh FOLDER: run every fuzz target built in FOLDER over its seeds in tests/fuzz/corpus/. A target without a program or
# without seeds fails, so nothing can fall silent.
set -u
cd "$(dirname "$0")/../.."
folder=$1 passed=0 failed=0
for source in tests/fuzz/fuzz_*.c; do
  target=$(basename "$source" .c)
  mapfile -t seeds < <(find "tests/fuzz/corpus/${target#fuzz_}" -type f 2>/dev/null | sort)
  if [ "${#seeds[@]}" = 0 ]; then
    echo "$target: no seeds in tests/fuzz/corpus/${target#fuzz_}"
    failed=$((failed + 1))
  elif timeout 120 "$folder/$target" "${seeds[@]}"; then
    echo "$target: ${#seeds[@]} seeds"
    passed=$((passed + 1))
  else
    echo "$target: failed (exit $?)"
    failed=$((failed + 1))
  fi
done
echo "fuzz replay: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
