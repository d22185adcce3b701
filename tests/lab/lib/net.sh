# shellcheck shell=bash
# The network: for each site of the case one bridge in a namespace of its own ("switch-SITE"), every host in another, all
# named after the run. The addresses exist only in there; nothing reaches the machine's own network.
# shellcheck disable=SC2154  # here, lab, run_id: set by record and lib/base.sh

# host: its site, the last byte of its address, what it is
declare -A host_row=(
  [dc1]='north 10 controller'     # of the domain LABDOM, lab.test
  [fs1]='north 11 standalone'
  [fs2]='north 12 standalone'     # requires encryption where a case says so
  [mem1]='north 13 member'        # of LABDOM
  [cl1]='north 21 client'
  [cl2]='north 22 client'
  [cl3]='north 23 client'
  [fs9]='south 11 standalone'     # another branch, which uses the same addresses
  [cl9]='south 21 client'
)
declare -A site_byte=([north]=0 [south]=1)      # of its hosts' MACs

host_column() { local row; read -ra row <<<"${host_row[$1]}"; say "${row[$2]}"; }
site_of() { host_column "$1" 0; }
ip_of() { say "10.77.0.$(host_column "$1" 1)"; }
role_of() { host_column "$1" 2; }
mac_of() { printf '02:00:0a:4d:%02x:%02x\n' "${site_byte[$(site_of "$1")]}" "$(host_column "$1" 1)"; }
netns() { say "$netns_prefix-$run_id-$1"; }
netns_prefix=${LAB_NETNS:-ashiato}
switch_of() { netns "switch-$1"; }              # SITE

# net_up HOST...: the hosts, and the switches of their sites.
net_up() {
  local site host
  for site in $(sites_of "$@"); do switch_add "$site"; done
  for host; do host_add "$host"; done
}

sites_of() { local host; for host; do site_of "$host"; done | awk '!seen[$0]++'; }

switch_add() {
  net_add "switch-$1"
  ip -n "$(switch_of "$1")" link add br0 type bridge forward_delay 0 stp_state 0
  ip -n "$(switch_of "$1")" link set br0 up promisc on    # promisc: a capture on br0 sees what is forwarded
}

net_add() {
  ip netns add "$(netns "$1")"
  ip netns exec "$(netns "$1")" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  ip -n "$(netns "$1")" link set lo up
}

host_add() {
  local ns switch
  ns=$(netns "$1") switch=$(switch_of "$(site_of "$1")")
  net_add "$1"
  ip -n "$switch" link add "sw-$1" type veth peer name eth0 netns "$ns" address "$(mac_of "$1")"
  no_offload "$switch" "sw-$1"
  no_offload "$ns" eth0
  ip -n "$switch" link set "sw-$1" master br0 up
  ip -n "$ns" addr add "$(ip_of "$1")/24" dev eth0
  ip -n "$ns" link set eth0 up
  mkdir -p "$lab/$1/run" "$lab/$1/home" "$lab/$1/etc/samba"
  (cd /etc && compgen -G '*' | grep -xE "$etc_of_host" | xargs cp -a -t "$lab/$1/etc")
}

# What a host's /etc has of the machine's: names, accounts, what programs need to start.
etc_of_host='alternatives|group|gss|host.conf|hosts|ld.so.(cache|conf|conf.d)|localtime|login.defs|nsswitch.conf|pam.(conf|d)|passwd'
etc_of_host+='|protocols|python3.*|rpc|security|services|shadow'

# Frames as a cable carries them: at most one MTU, checksums filled in.
no_offload() { ip netns exec "$1" ethtool -K "$2" tx off tso off gso off gro off >/dev/null; }

# inside HOST COMMAND...: run with HOST's network, host name, /etc, /run/samba and home folder.
inside() {
  local host=$1
  shift
  ip netns exec "$(netns "$host")" unshare --uts \
    env -i PATH="$PATH" LANG=C.UTF-8 HOME="$lab/$host/home" USER=root LOGNAME=root \
    bash "$here/lib/enter.sh" "$lab/$host" "$host" "$@"
}

# End every process that lives in one of this run's namespaces, then the namespaces.
net_down() {
  local ns
  for ns in $(ip netns list | awk -v p="$netns_prefix-$run_id-" 'index($1, p) == 1 {print $1}'); do
    net_kill "$ns"
    ip netns del "$ns"
  done
}

net_kill() {
  local signal round pids
  for signal in TERM TERM KILL KILL; do
    for round in {1..25}; do
      pids=$(ip netns pids "$1")
      [ -n "$pids" ] || return 0
      # shellcheck disable=SC2086  # a list of process ids
      if [ "$round" = 1 ]; then kill "-$signal" $pids 2>/dev/null || true; fi
      sleep 0.02
    done
  done
}
