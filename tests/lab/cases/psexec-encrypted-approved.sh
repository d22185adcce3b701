# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-encrypted
title="Planned work inside SMB3 encryption"
about="As psexec-encrypted, but the collector's whitelist knows of this account coming from this host: what the logs prove is explained."
approved=(--source 10.77.0.21 --account 'FS2\admin' --destination 10.77.0.12)
expect_logged='
access legitimate
opaque FS2\admin
'
gaps_logged=''
