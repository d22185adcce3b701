# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on atexec-impacket
title="Impacket's atexec.py by Pass-the-Hash"
about="As atexec-impacket, by the account's NT hash, which proves it twice: to SMB and inside RPC."
by='hash'
