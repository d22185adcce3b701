# shellcheck shell=bash
# The domain LABDOM (lab.test): its controller, its member, its accounts. Making it takes half a minute, so `domain` makes it
# once, and every case that has a host of it starts from a copy.
# shellcheck disable=SC2154  # here, lab, hosts: set by record, lab, domain

realm=LAB.TEST
domain_users='carol:Passw0rd!x dave:Passw0rd!y'        # dave is in Domain Admins
domain_parts='private lock state cache etc/passwd etc/group'

in_domain() { case $(role_of "$1") in controller | member) ;; *) false ;; esac; }

# domain_fetch HOST...: give each host the domain's names, and those in the domain what they kept of its making. The
# first that needs the domain makes it, others wait meanwhile.
domain_fetch() {
  local host made=${LAB_DOMAIN:-$lab/domain}
  flock "$made.lock" "$here/domain" "$made" >>"$lab/setup.log" 2>&1 || die "no domain: $(tail -n 3 "$lab/setup.log")"
  for host; do
    domain_names "$host"
    if in_domain "$host"; then cp -a "$made/$host/." "$lab/$host/"; fi
  done
}

# Where HOST looks for names and tickets.
domain_names() {
  local etc=$lab/$1/etc host
  say "nameserver $(ip_of dc1)" >"$etc/resolv.conf"
  say '127.0.0.1 localhost' >"$etc/hosts"
  for host in dc1 mem1; do say "$(ip_of $host) $host.lab.test $host" >>"$etc/hosts"; done
  sed "s|@KDC@|$(ip_of dc1)|" "$here/conf/krb5.conf" >"$etc/krb5.conf"
}

controller_up() {
  daemon "$1" samba samba -s /etc/samba/smb.conf -F --no-process-group
  for port in 445 88 389 135; do wait_for 300 is_listening "$1" "$port"; done
}

member_up() {
  daemon "$1" winbindd winbindd -F --no-process-group
  wait_for 300 inside "$1" wbinfo --ping-dc >>"$lab/setup.log"
  files_up "$1"
}

# domain_make FOLDER: provision, add the accounts, join, and keep what each host has then.
domain_make() {
  local host
  net_up dc1 mem1
  for host in dc1 mem1; do domain_names "$host"; done
  domain_provision
  samba_up dc1
  domain_accounts
  member_join mem1
  for host in dc1 mem1; do
    samba_down "$host"
    mkdir -p "$1.new/$host/etc"
    for part in $domain_parts; do cp -a "$lab/$host/$part" "$1.new/$host/$part"; done
  done
  mv "$1.new" "$1"
}

domain_provision() {
  rm -f "$lab/dc1/etc/samba/smb.conf"
  inside dc1 samba-tool domain provision --realm=$realm --domain=LABDOM --server-role=dc --dns-backend=SAMBA_INTERNAL \
    --adminpass='Adm1nPass!' --host-name=dc1 --host-ip="$(ip_of dc1)" --targetdir="$lab/dc1" --use-rfc2307 \
    --option='bind interfaces only=yes' --option='interfaces=lo eth0'
}

domain_accounts() {
  local user
  for user in $domain_users; do inside dc1 samba-tool user create "${user%%:*}" "${user#*:}"; done
  inside dc1 samba-tool group addmembers 'Domain Admins' dave
}

# The member's unix accounts for the domain's users stand in its private /etc/passwd, as winbindd numbers them: smbd finds them
# there without libnss_winbind, whose package would change the machine's nsswitch.conf.
member_join() {
  local user
  samba_prepare "$1"
  inside "$1" net ads join --no-dns-updates -U 'Administrator%Adm1nPass!'
  daemon "$1" winbindd winbindd -F --no-process-group
  wait_for 300 inside "$1" wbinfo --ping-dc
  for user in $domain_users; do inside "$1" wbinfo --user-info="LABDOM\\${user%%:*}" >>"$lab/$1/etc/passwd"; done
}
