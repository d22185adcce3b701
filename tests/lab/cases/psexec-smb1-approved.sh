# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket-smb1
title="Impacket's psexec.py over SMB1 by an approved administrator"
about="As psexec-impacket-smb1, but the collector's whitelist knows of this account coming from this host."
approved=(--source 10.77.0.21 --account 'FS1\admin' --destination 10.77.0.11)
expect='
access legitimate
file write *.exe pe32
'
