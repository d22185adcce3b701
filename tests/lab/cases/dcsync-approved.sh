# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on dcsync-impacket
title="The domain's secrets replicated by an approved account"
about="As dcsync-impacket, but the collector's whitelist knows of this account coming from this host, as a directory's synchronisation
does."
approved=(--source 10.77.0.21 --account 'LABDOM\dave' --destination 10.77.0.10)
expect='
access legitimate
'
