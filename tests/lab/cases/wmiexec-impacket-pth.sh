# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on wmiexec-impacket
title="Impacket's wmiexec.py by Pass-the-Hash"
about="As wmiexec-impacket, by the account's NT hash."
by='hash'
