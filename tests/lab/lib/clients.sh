# shellcheck shell=bash
# The client host and the ways a case runs a command on it. Each command is noted for the case's
# README as one would type it.
# shellcheck disable=SC2034,SC2154  # login: read by cases; here, lab, client ...: set by record and lib/base.sh

# Passwords and NT hashes of who logs on either way (lib/servers.sh, lib/domain.sh).
declare -A password=([admin]=Adm1nPass [dave]='Passw0rd!y' [carol]='Passw0rd!x')
declare -A nt_hash=([admin]=a126a8eff5efb770fe4cee78c9c96546 [dave]=ebbe6535d02acb0947d0cb5e71708958
                    [carol]=3ed34d94d6ea05d12e71b638626a6368)

client_up() {
  mkdir -p "$lab/$1/home/.samba"
  sed "s|@FOLDER@|$lab/$1|" "$here/conf/client.conf" >"$lab/$1/etc/samba/smb.conf"
}

# What lies on each host for commands to move; an intruder goes on from servers too.
tools_up() {
  local home=$lab/$1/home
  /usr/bin/python3 -B "$here/py/make_pe.py" "$home/tool.exe" 4608
  /usr/bin/python3 -B "$here/py/make_pe.py" "$home/setup.exe" 8192
  seq -f 'Line %g of a report about nothing in particular.' 60 >"$home/report.txt"
  [ -p "$lab/silence" ] || mkfifo "$lab/silence"      # opened both ways it never ends: an input nobody types on
}

# samba_login [USER], impacket_login [USER]: how the case's `by` says who the user (the administrator) is: to Samba's tools, and to
# impacket's, which name the server with it.
samba_login() {
  local user=${1:-$admin}
  case $by in
    hash) login=(--pw-nt-hash -U "$samba_domain$user%${nt_hash[$user]}") ;;
    ticket) login=(--use-krb5-ccache="$(client_file ticket)") ;;
    *) login=(-U "$samba_domain$user%${password[$user]}") ;;
  esac
  login+=("${samba_options[@]}")
}
impacket_login() {
  local user=${1:-$admin}
  case $by in
    hash) login=(-hashes ":${nt_hash[$user]}" "$domain/$user@$server_name") ;;
    ticket) login=(-k -no-pass "$realm/$user@$server_name") ;;
    *) login=("$domain/$user:${password[$user]}@$server_name") ;;
  esac
}

# ticket_for USER PASSWORD [SERVICE...]: kinit, then a service's ticket (impacket's own way to get one is refused by Samba).
ticket_for() {
  local service
  typed_lines=$2 client kinit "$1@$realm"
  for service in "${@:3}"; do client kvno "$service@$realm"; done
}

# run_client COMMAND...: the command alone, bounded in time.
run_client() {
  inside "$client" env KRB5CCNAME="$(client_file ticket)" timeout --foreground "${limit:-60}" "$@" >>"$lab/clients.log" 2>&1
}

# client COMMAND...: must succeed.
client() {
  note command "$(typed "$@")${typed_lines:+    # then typed: ${typed_lines//$'\n'/, }}"
  run_client "$@" < <(say "${typed_lines:-}") || die "failed: $(typed "$@")"
}

# refused COMMAND...: must fail.
refused() {
  note command "$(typed "$@")"
  if run_client "$@" < <(say "${typed_lines:-}"); then die "was not refused: $(typed "$@")"; fi
}

# impacket TOOL ARGUMENT... / impacket_smb1: one of impacket's examples, run to its end. Its input
# stays open and silent unless typed_lines holds something to type.
impacket() { impacket_with -- "$@"; }
impacket_smb1() { impacket_with --smb1 "$@"; }
impacket_with() {
  local how=$1
  shift
  note command "$(typed "$@")${typed_lines:+    # then typed: ${typed_lines//$'\n'/, }}"
  if [ -n "${typed_lines:-}" ]; then
    say "$typed_lines" | run_client /usr/bin/python3 -B "$here/py/run_impacket.py" "$how" "$@"
  else
    run_client /usr/bin/python3 -B "$here/py/run_impacket.py" "$how" "$@" <>"$lab/silence"
  fi || die "failed: $(typed "$@")"
}

# impacket_refused TOOL ARGUMENT...: one that must end with an error.
impacket_refused() {
  note command "$(typed "$@")"
  if run_client /usr/bin/python3 -B "$here/py/run_impacket.py" -- "$@" </dev/null; then die "was not refused: $(typed "$@")"; fi
}

# A command line with quotes only where they are needed.
typed() {
  local word line=
  for word; do
    [[ $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    line+="${line:+ }$word"
  done
  say "$line"
}
