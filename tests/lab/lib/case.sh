# shellcheck shell=bash
# A case is a file in cases/ that sets some of what follows and defines run(). record makes a golden capture of it, lab
# plays it live and holds what the collector found against its expectations.
# shellcheck disable=SC2034,SC2154  # here: set by record and lab; the rest is read by the other parts

list_cases() { (cd "$here/cases" && printf '%s\n' *.sh | sed 's/\.sh$//'); }

# What a case may leave unsaid.
case_defaults() {
  server=fs1                      # a host of lib/net.sh
  client=cl1
  traffic=tools                   # tools: what they did becomes facts.json | torture: protocol tests, held against tshark
  by=password                     # what the client proves itself with: password | hash | nothing
  samba_options=()                # of Samba's tools, after the login
  torture_options=()              # of smbtorture
  min_protocol=SMB2               # smb.conf: server min protocol
  encrypt=off                     # smb.conf: server smb encrypt
  share_options=''                # smb.conf: more about the share `public`
  service_manager=stand-in        # who answers on the svcctl pipe: stand-in | samba
  dialect=3.1.1                   # what the two sides must agree on
  filter='tcp port 445 or tcp port 139'
  account='' title='' about='' visible=''
  approved=()                     # the arguments of `baseline add`, when the collector knows of this work
  expect=''                       # what must come out, a line each (py/expectations.py)
  gaps=''                         # lines of the same kind, ": " and the reason: must come out one day, cannot yet
}

case_load() { # NAME
  case_defaults
  based_on "$1"
  server_ip=$(ip_of "$server") client_ip=$(ip_of "$client")
}

# based_on NAME: begin with everything another case says.
based_on() {
  [ -f "$here/cases/$1.sh" ] || die "no such case: $1 (see --list)"
  # shellcheck source=/dev/null
  . "$here/cases/$1.sh"
}
