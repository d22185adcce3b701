#!/usr/bin/env bash
# enter.sh FOLDER HOST COMMAND...: become HOST. Runs in a mount and UTS namespace of its own, so the
# mounts and the name end with COMMAND. /etc is bound as a whole: a bound /etc/passwd would vanish as
# soon as anything renames the machine's own. /run/samba, in a /run of its own, is where libwbclient looks for winbindd; the
# folders under /var are where Samba's programs write before they have read their configuration.
set -eu
folder=$1 host=$2
shift 2
mount --bind "$folder/etc" /etc
mount -t tmpfs -o mode=755 run /run
mkdir /run/samba
for own in /var/cache/samba /var/lib/samba /var/log/samba; do
  [ ! -d "$own" ] || mount -t tmpfs -o mode=755 run "$own"
done
mount --bind "$folder/run" /run/samba
hostname "$host"
cd "$folder/home"
exec "$@"
