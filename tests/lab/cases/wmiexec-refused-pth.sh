# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on wmiexec-refused
title="Impacket's wmiexec.py by Pass-the-Hash, refused at the door of DCOM"
about="As wmiexec-refused, by the account's NT hash."
by='hash'
