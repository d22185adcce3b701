# shellcheck shell=bash
# The Samba servers: standalone ones and members of the domain, behind whose svcctl pipe the service-manager stand-in may
# answer, and the domain's controller.
# shellcheck disable=SC2154  # here, lab, min_protocol ...: set by record and by the case

lab_users='alice:Passw0rd! bob:hunter2 admin:Adm1nPass'

# samba_up HOST: accounts, configuration, daemons; returns when it serves.
samba_up() {
  samba_prepare "$1"
  "$(role_of "$1")_up" "$1"
}

samba_prepare() {
  local folder=$lab/$1
  mkdir -p "$folder"/{private,lock,state,cache,pid,ncalrpc,log,public,admin/System32,admin/Temp,c/Windows}
  chmod 755 "$folder" "$folder/ncalrpc"
  chmod 1777 "$folder/public"
  samba_configure "$1"
}

samba_configure() {
  local admin=admin no_spoolss=yes
  if [ "$spoolss" = yes ]; then no_spoolss=no; fi
  if in_domain "$1"; then admin='LABDOM\\dave'; fi
  cat "$here"/conf/{server,"$(role_of "$1")",shares}.conf |
    sed -e "s|@HOST@|${1^^}|; s|@IP@|$(ip_of "$1")|; s|@FOLDER@|$lab/$1|g; s|@MIN@|$min_protocol|; s|@ENCRYPT@|$encrypt|; s|@ADMIN@|$admin|; s|@NOSPOOLSS@|$no_spoolss|" \
      >"$lab/$1/etc/samba/smb.conf"
  say "  $share_options" >>"$lab/$1/etc/samba/smb.conf"        # of the last share in there, public
}

standalone_up() {
  samba_accounts "$1"
  files_up "$1"
}

# Unix accounts in the server's private /etc, then Samba's. `admin` becomes a Windows administrator
# (svcctl, samr, winreg) through the group mapping.
samba_accounts() {
  local user uid=20001
  say labadmins:x:20000:admin >>"$lab/$1/etc/group"
  for user in $lab_users; do
    say "${user%%:*}:x:$uid:65534::/nonexistent:/usr/sbin/nologin" >>"$lab/$1/etc/passwd"
    uid=$((uid + 1))
  done
  # shellcheck disable=SC2016,SC2086  # the inner shell's variables; a list of users
  inside "$1" bash -ec 'for user; do printf "%s\n%s\n" "${user#*:}" "${user#*:}" | smbpasswd -s -a "${user%%:*}"; done
    net groupmap add sid=S-1-5-32-544 unixgroup=labadmins type=builtin ntgroup=Administrators' - $lab_users >>"$lab/setup.log" 2>&1
}

# files_up HOST: the daemons that serve files and pipes.
files_up() {
  local rpcds=(/usr/libexec/samba/rpcd_*)
  if [ "$dcom" = stand-in ]; then rpcds=(/usr/libexec/samba/rpcd_[!e]*); fi       # not the endpoint mapper, which answers at TCP 135
  # by hand: started on demand samba-dcerpcd would make all pipe sockets anew, over the stand-in's
  daemon "$1" dcerpcd /usr/libexec/samba/samba-dcerpcd -F --no-process-group "${rpcds[@]}"
  daemon "$1" smbd smbd -F --no-process-group
  if [ "$service_manager" = stand-in ]; then stand_in_start "$1"; fi
  wait_for 100 has_pipes "$1"
  wait_for 100 is_listening "$1" 445
}

has_pipes() { [ -S "$lab/$1/ncalrpc/np/winreg" ] && [ -S "$lab/$1/ncalrpc/np/svcctl" ]; }

# It takes over a pipe once samba-dcerpcd has made its own.
stand_in_start() {
  daemon "$1" service_manager /usr/bin/python3 -B "$here/py/service_manager.py" \
    --pipes "$lab/$1/ncalrpc/np" --admin "$lab/$1/admin" --drive "$lab/$1/c" --log "$lab/$1/log/scm.jsonl" \
    --address "$(ip_of "$1")" --dcom "$dcom" --name "${1^^}" --nt-hash "admin:${nt_hash[admin]}" --nt-hash "dave:${nt_hash[dave]}"
  wait_for 100 grep -q ready "$lab/$1/log/service_manager.out"
}

# daemon HOST NAME COMMAND...: in a session of its own, as Samba's daemons want it.
daemon() {
  local host=$1 name=$2
  shift 2
  inside "$host" setsid "$@" </dev/null >"$lab/$host/log/$name.out" 2>&1 &
}

is_listening() { ip netns exec "$(netns "$1")" ss -Hltn "sport = :$2" | grep -q .; }

# Stop the daemons so that their logs are complete before they are read.
samba_down() { net_kill "$(netns "$1")"; }
