#!/usr/bin/env bash
# pictures.sh [BUILD] : take the pictures of the documents (docs/images) again, of a collector that has seen the staged week and has
# the servers' logs and a small whitelist. They show nothing but recorded cases.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/e2e/staged.sh
stage "${1:-build}" "${1:-build}/e2e/pictures"

collector=$build/ashiato-collector
for log in "$STAGE"/*.jsonl; do
  "$collector" logs import "$log" --source "$(basename "${log%.jsonl}")" --site headquarters --data "$data/collector"
done
day() { date -u -d "$1 days" +%F; }
cat > "$data/changes.csv" <<CSV
Change number,Requested by,Jump host,Target server,Planned start date,Planned end date,Short description
CHG-1042,LABDOM\\dave,10.77.0.21,10.77.0.13,$(day -2),$(day +5),Patch night of the member servers
CHG-0977,LABDOM\\erin,10.77.0.22,10.77.0.10,$(day -60),$(day -30),Directory upgrade
CSV
"$collector" baseline import "$data/changes.csv" --planned --data "$data/collector" \
  --map 'source=Jump host,account=Requested by,destination=Target server,valid_from=Planned start date,valid_until=Planned end date,reference=Change number,reason=Short description'
"$collector" baseline add --site headquarters --source 10.77.0.21 --account 'FS1\admin' --destination 10.77.0.11 --actions dcom-exec,wmi-exec,admin-share-copy \
  --when 'Mon-Sun 00:00-24:00 UTC' --valid-until "$(day +90)" --reason 'Inventory by WMI, approved by the head of operations' --data "$data/collector"
node tests/e2e/pictures.mjs
