# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-member-ticket
title="Impacket's psexec.py on a member server with a Kerberos ticket, inside SMB3 encryption"
about="As psexec-member-ticket, but the server requires encryption: the ticket's owner is all that can be read."
hidden 'LAB.TEST\dave' impacket-psexec critical
