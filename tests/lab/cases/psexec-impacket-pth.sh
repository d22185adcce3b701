# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket
title="Impacket's psexec.py by Pass-the-Hash"
about="As psexec-impacket, but the account's NT hash stands in for its password: nothing in the NTLM messages tells
the two apart."
by='hash'
