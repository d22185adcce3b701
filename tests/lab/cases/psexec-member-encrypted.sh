# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-member-pth
title="Impacket's psexec.py on a member server inside SMB3 encryption"
about="As psexec-member-pth, but the server requires encryption."
hidden 'LABDOM\dave' impacket-psexec critical
