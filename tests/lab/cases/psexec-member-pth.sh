# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket
title="Impacket's psexec.py on a member server by a domain administrator's hash"
about="As psexec-impacket-pth, but the account is the domain's: the member server asks the domain controller about it."
server=mem1
filter=$domain_filter
account='LABDOM\dave'
by='hash'
expect=${expect/FS1\\admin/LABDOM\\dave}
