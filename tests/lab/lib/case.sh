# shellcheck shell=bash
# A case is a file in cases/ that sets some of what follows and defines run(). record makes a golden capture of it, lab
# plays it live and holds what the collector found against its expectations.
# shellcheck disable=SC2034,SC2154  # here: set by record and lab; the rest is read by the other parts

cases=${LAB_CASES:-$here/cases}
list_cases() { (cd "$cases" && printf '%s\n' *.sh | sed 's/\.sh$//'); }

# What tcpdump takes; in a domain also Kerberos, the endpoint mapper and the ports it names.
plain_filter='tcp port 445 or tcp port 139'
domain_filter="$plain_filter or port 88 or tcp port 135 or tcp portrange 49152-49200"

# What a case may leave unsaid.
case_defaults() {
  server=fs1                      # a host of lib/net.sh
  client=cl1
  traffic=tools                   # tools: what they did becomes facts.json | torture: protocol tests, held against tshark
  watched=live                    # live: by a sensor on the mirror port | later: the capture, with the pauses of `later`, is read
  others=()                       # hosts that take part beside these two
  by=password                     # what the client proves itself with: password | hash | nothing
  samba_options=()                # of Samba's tools, after the login
  torture_options=()              # of smbtorture
  min_protocol=SMB2               # smb.conf: server min protocol
  encrypt=off                     # smb.conf: server smb encrypt
  share_options=''                # smb.conf: more about the share `public`
  spoolss=no                      # whether printing is served
  service_manager=stand-in        # who answers on the svcctl pipe: stand-in | samba
  dcom=none                       # who answers at TCP 135 and its objects: none (Samba's endpoint mapper) | stand-in
  dialect=3.1.1                   # what the two sides must agree on
  filter=$plain_filter
  account='' title='' about='' visible=''
  approved=()                     # the arguments of `baseline add`, when the collector knows of this work
  expect=''                       # what must come out, a line each (py/expectations.py)
  gaps=''                         # lines of the same kind, ": " and the reason: must come out one day, cannot yet
  expect_logged=as-seen           # both again, when the collector has the servers' logs; as-seen: what was unverified is unapproved
  gaps_logged=as-seen
  log_way=imported                # how the collector gets them: imported, when all is over | streamed, as they are written
  log_zone=told                   # whether the collector learns in which zone the servers' logs are written: told | unknown
  # shellcheck disable=SC2317  # called by lab
  tamper() { :; }                 # what becomes of the servers' logs before that
}

# case_load NAME: its settings, and what follows from them: servers and clients in the order they are started.
case_load() {
  local host
  case_defaults
  based_on "$1"
  server_ip=$(ip_of "$server") client_ip=$(ip_of "$client")
  servers=() clients=() home=$(site_of "$server")
  for host in $(hosts_of_case); do
    if [ "$(role_of "$host")" = client ]; then clients+=("$host"); else servers+=("$host"); fi
  done
  sites=$(sites_of "${servers[@]}" "${clients[@]}")
}

# Every host of the case once; a member brings its domain's controller, which must be up first.
hosts_of_case() {
  local host
  for host in "$server" "$client" "${others[@]}"; do
    if [ "$(role_of "$host")" = member ]; then say dc1; fi
    say "$host"
  done | awk '!seen[$0]++'
}

# based_on NAME: begin with everything another case says.
based_on() {
  [ -f "$cases/$1.sh" ] || die "no such case: $1 (see --list)"
  # shellcheck source=/dev/null
  . "$cases/$1.sh"
}

# hidden ACCOUNT PROFILE SEVERITY: the server requires encryption. The wire shows that there was a session; Samba's logs, which share was
# used; neither, what was done.
hidden() {
  encrypt=required
  expect="
opaque $1
never smb.tree.admin svcctl.* file.* pipe.* itaskschedulerservice.*
"
  gaps="
incident $2 $3 unverified: nothing of it is readable on the wire
"
  expect_logged="
incident unknown-admin low unapproved
account $1
access unapproved
opaque $1
"
  gaps_logged="
incident $2 $3 unapproved: Samba's audit names shares and files that were opened, not what was done with them
"
}

expectations_write() {
  if [ "$expect_logged" = as-seen ]; then expect_logged=${expect//unverified/unapproved}; fi
  if [ "$gaps_logged" = as-seen ]; then gaps_logged=${gaps//unverified/unapproved}; fi
  local name
  for name in expect gaps expect_logged gaps_logged; do say "${!name}" >"$lab/$name"; done
}

# Everything but the watcher, ready for run().
hosts_up() {
  local host
  net_up "${servers[@]}" "${clients[@]}"
  if needs_domain; then domain_fetch "${servers[@]}" "${clients[@]}"; fi
  for host in "${servers[@]}"; do samba_up "$host"; done
  for host in "${clients[@]}"; do client_up "$host"; done
  for host in "${servers[@]}" "${clients[@]}"; do tools_up "$host"; done
  for host in "${servers[@]}" "${clients[@]}"; do note host "$host" "$(ip_of "$host")" "$(role_of "$host")"; done
  between "$client" "$server"
}

needs_domain() { local host; for host in "${servers[@]}"; do if in_domain "$host"; then return 0; fi; done; return 1; }

servers_down() { local host; for host in "${servers[@]}"; do samba_down "$host"; done; }
