#!/bin/bash
# test.sh [DIR] : bundle the unit tests into DIR (build/ui-test of the repository unless named) and run them.
set -euo pipefail
cd "$(dirname "$0")"
out=${1:-../../build/ui-test}
rm -rf "$out"
./node_modules/.bin/esbuild test/*.test.ts --bundle --platform=node --format=esm --target=node18 --log-level=warning \
  --out-extension:.js=.mjs --outdir="$out"
node --test "$out"
