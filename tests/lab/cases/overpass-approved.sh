# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on overpass-the-hash-used
title='A ticket got by an RC4 keytab, by an approved administrator'
about="As overpass-the-hash-used: keytabs with RC4 keys are also how old scheduled jobs log on. The collector's whitelist knows of this
account coming from this host, and RC4 alone makes no incident of it."
approved=(--source 10.77.0.21 --account dave --destination 10.77.0.13)
expect='
access legitimate
file write winupd.exe pe32
'
