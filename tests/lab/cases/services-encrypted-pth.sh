# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on services-encrypted
title="Impacket's services.py by Pass-the-Hash inside SMB3 encryption"
about="As services-encrypted, by the account's NT hash."
by='hash'
