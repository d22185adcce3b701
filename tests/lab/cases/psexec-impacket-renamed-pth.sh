# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket-renamed
title="Impacket's psexec.py with the names its user may choose, by Pass-the-Hash"
about="As psexec-impacket-renamed, by the account's NT hash."
by='hash'
