#!/usr/bin/env bash
# enter.sh FOLDER HOST COMMAND...: become HOST. Runs in a mount and UTS namespace of its own, so the
# mounts and the name end with COMMAND. /etc is bound as a whole: a bound /etc/passwd would vanish as
# soon as anything renames the machine's own. /run/samba is where libwbclient looks for winbindd.
set -eu
folder=$1 host=$2
shift 2
mkdir -p /run/samba
mount --bind "$folder/etc" /etc
mount --bind "$folder/run" /run/samba
hostname "$host"
cd "$folder/home"
exec "$@"
