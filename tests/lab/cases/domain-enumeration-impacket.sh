# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on domain-enumeration
title="The domain's accounts listed by impacket"
about="As domain-enumeration, by lookupsid.py, which asks for one SID after the other, and samrdump.py."
dialect=3.0

run() {
  impacket_login carol
  impacket lookupsid.py "${login[@]}" 1110
  impacket samrdump.py "${login[@]}"
  connected 'IPC$'
}
