# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on dcsync-impacket
title="Every secret of the domain replicated by secretsdump.py, by Pass-the-Hash"
about="As dcsync-impacket, by the administrator's NT hash."
by='hash'
