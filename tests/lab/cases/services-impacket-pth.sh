# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on services-impacket
title="Impacket's services.py by Pass-the-Hash"
about="As services-impacket, by the account's NT hash."
by='hash'
