#!/usr/bin/env bash
# search.sh TARGET SECONDS: build tests/fuzz/fuzz_TARGET.c with clang's libFuzzer, ASan and UBSan and let it search from its
# seeds. New inputs stay under build/fuzz-corpus/; a crash is written to build/fuzz-crash/ and becomes a seed in the commit
# that mends it. TARGET "all": one after the other, the whole engine five times as long; ends with those that found something.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:?TARGET is missing: one of $(cd tests/fuzz && ls fuzz_*.c | sed 's/fuzz_//; s/\.c//' | tr '\n' ' ')}
seconds=${2:-60}
if [ "$target" = all ]; then
  failed=''
  for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "${source#tests/fuzz/fuzz_}" .c)
    bash tests/fuzz/search.sh "$name" "$([ "$name" = engine ] && echo $((5 * seconds)) || echo "$seconds")" || failed+=" $name"
  done
  echo "fuzz: ${failed:-clean}"
  [ -z "$failed" ]
  exit
fi
command -v clang >/dev/null || { echo "fuzz: clang is missing: apt-get install clang libclang-rt-14-dev" >&2; exit 1; }
out=build/libfuzzer
mkdir -p "$out" "build/fuzz-corpus/$target" build/fuzz-crash
shopt -s nullglob
make -s generated build/gen/embedded.S
compile=(clang -std=c17 -D_GNU_SOURCE '-DASHIATO_VERSION="fuzz"' -O1 -g -fsanitize=address,undefined
         -fno-sanitize-recover=undefined -I. -Ibuild/gen)

# Everything goes into one archive, so that a target links only what it uses; it is made anew when any source or header is newer.
library=$out/all.a
if [[ ! -e $library || -n $(find proto sensor collector tests/lib tests/fuzz build/gen -name '*.[chS]' -newer "$library" -print -quit) ]]; then
  rm -rf "$out/objects" "$library"
  mkdir -p "$out/objects"
  for file in proto/*.c proto/base/*.c sensor/*.c sensor/*/*.c collector/*.c collector/*/*.c tests/lib/*.c tests/fuzz/kit*.c \
              build/gen/events.pb-c.c build/gen/embedded.S; do
    [[ $file == */main.c ]] || printf '%s\0-o\0%s\0' "$file" "$out/objects/${file//\//_}.o"
  done | xargs -0 -n 3 -P 2 "${compile[@]}" -fsanitize=fuzzer-no-link -c
  ar rcs "$library" "$out"/objects/*.o
fi
"${compile[@]}" -fsanitize=fuzzer "tests/fuzz/fuzz_$target.c" "$library" \
  -lprotobuf-c -ljansson -lzmq -lz -lpcap -lcrypto -lsqlite3 -lsodium -lcsv -lexpat -lyajl -levtx -lgnutls -lmicrohttpd -lcriterion -lpthread -lm -o "$out/$target"
exec "$out/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix=build/fuzz-crash/ "build/fuzz-corpus/$target" "tests/fuzz/corpus/$target"
