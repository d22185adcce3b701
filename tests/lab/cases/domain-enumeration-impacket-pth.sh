# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on domain-enumeration-impacket
title="The domain's accounts listed by impacket, by Pass-the-Hash"
about="As domain-enumeration-impacket, by the account's NT hash."
by='hash'
