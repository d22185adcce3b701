# shellcheck shell=bash
# What a case states about itself while it runs, and the checks against the disks of both sides.
# The notes become facts.json once the wire agrees with them (py/write_case.py).
# shellcheck disable=SC2034,SC2154  # domain ...: read by lib/clients.sh and cases; here, lab, server ...: set by record and by the case

note() { local IFS=$'\t'; printf '%s\n' "$*" >>"$lab/truth.tsv"; }

# between CLIENT SERVER [ACCOUNT [DIALECT]]: commands run on this client, and what is stated from here on is between these two.
between() {
  client=$1 server=$2
  client_ip=$(ip_of "$1") server_ip=$(ip_of "$2")
  domain=${server^^} samba_domain='' admin=admin server_name=$server_ip
  if in_domain "$2"; then domain=LABDOM samba_domain=LABDOM/ admin=dave server_name=$server.lab.test; fi
  note talk "$(site_of "$1")" "$client" "$server" "$client_ip" "$server_ip" "${3-$account}" "${4-$dialect}"
}

connected() { local share; for share; do note share "$share"; done; }
wrote() { note file write "$1" "$2" "$(client_file "$3")"; }     # SHARE PATH LOCAL-FILE
fetched() { note file read "$1" "$2" "$(client_file "$3")"; }
renamed() { note renamed "$1" "$2" "$3"; }                       # SHARE FROM TO
deleted() { note deleted "$1" "$2"; gone "$1" "$2"; }            # SHARE PATH

# later MINUTES: what follows happens so much later. Nobody waits: the clock of its packets is moved (py/shift_clock.py).
later() {
  wait_for 50 is_quiet "$client"
  note later "$1" "$(moment)"
}
is_quiet() { ! ip netns exec "$(netns "$1")" ss -Htn exclude time-wait exclude listening exclude closed | grep -q .; }
moment() { date -u +%Y-%m-%dT%H:%M:%S.%NZ; }          # as events have it

client_file() { say "$lab/$client/home/$1"; }
server_file() { # SHARE PATH
  case $1 in
    'ADMIN$') say "$lab/$server/admin/${2//\\//}" ;;
    'C$') say "$lab/$server/c/${2//\\//}" ;;
    sysvol) say "$lab/$server/state/sysvol/${2//\\//}" ;;
    netlogon) say "$lab/$server/state/sysvol/lab.test/scripts/${2//\\//}" ;;
    *) say "$lab/$server/${1,,}/${2//\\//}" ;;
  esac
}

# same_on_disk SHARE PATH LOCAL-FILE: the server holds exactly these bytes now.
same_on_disk() {
  cmp -s "$(server_file "$1" "$2")" "$(client_file "$3")" || die "$1/$2 differs from $3"
  note evidence "\`$1\\$2\` on the server's disk was byte for byte the client's \`$3\`."
}

# same_copy COPY LOCAL-FILE: what the client fetched is what it had sent.
same_copy() {
  cmp -s "$(client_file "$1")" "$(client_file "$2")" || die "$1 differs from $2"
  note evidence "The fetched \`$1\` was byte for byte \`$2\`."
}

gone() {
  [ ! -e "$(server_file "$1" "$2")" ] || die "still there: $1/$2"
  note evidence "\`$1\\$2\` was gone from the server's disk at the end."
}

# The executable of every service the stand-in started: it hashed the file on the server's disk.
wrote_service_image() {
  local path
  while read -r path; do
    note image "$1" "$path"
    deleted "$1" "$path"
  done < <(/usr/bin/python3 -B "$here/py/evidence.py" images "$lab/$server/log/scm.jsonl")
}

# What each task printed into a file on the share, by the stand-in's log: fetched, then deleted.
fetched_task_output() { # SHARE LOCAL-FILE
  local path
  while read -r path; do
    fetched "$1" "$path" "$2"
    deleted "$1" "$path"
  done < <(/usr/bin/python3 -B "$here/py/evidence.py" outputs "$lab/$server/log/scm.jsonl")
}

truth_write() { # CASE
  local setting
  for setting in title about visible dialect encrypt min_protocol service_manager dcom traffic; do
    note "set" "$setting" "${!setting//$'\n'/ }"
  done
  say "smbd $(smbd --version | sed "s/^Version //")" >"$lab/versions"
  dpkg-query -W -f '${Package} ${Version}\n' python3-impacket tcpdump tshark >>"$lab/versions"
  mkdir -p "$lab/out"
  /usr/bin/python3 -B "$here/py/write_case.py" --case "$1" --lab "$lab" --out "$lab/out"
}
