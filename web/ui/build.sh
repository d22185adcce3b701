#!/bin/bash
# build.sh OUTDIR : check the types and bundle the dashboard into OUTDIR/{index.html,app.js,app.css,favicon.svg}.
# Needs Node 18 or later and npm 9 or later. Goes to the package registry only when node_modules is missing or older than the
# lock file; every package is checked against the lock file's digests and none runs a script of its own.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"

command -v npm > /dev/null || { echo "$0: npm is missing; install the packages nodejs and npm" >&2; exit 1; }
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

./node_modules/.bin/tsc --noEmit
./node_modules/.bin/esbuild src/main.tsx src/app.css --bundle --minify --target=es2021 --format=esm --legal-comments=none \
  --log-level=warning --outdir="$out" --entry-names=app
cp src/index.html src/favicon.svg "$out/"
