# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on wmiexec-refused
title="Impacket's dcomexec.py by Pass-the-Hash, refused at the door of DCOM"
about="As wmiexec-refused, for MMC20.Application."
by='hash'

run() {
  impacket_login
  impacket_refused dcomexec.py -object MMC20 "${login[@]}" whoami
}
