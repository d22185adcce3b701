# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on dcomexec-impacket
title="Impacket's dcomexec.py by Pass-the-Hash"
about="As dcomexec-impacket, by the account's NT hash."
by='hash'
