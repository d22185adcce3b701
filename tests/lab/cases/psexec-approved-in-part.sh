# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket
title='Files are approved, services are not'
about="As psexec-impacket, while the whitelist approves this account's work on administrative shares only."
approved=(--source 10.77.0.21 --account 'FS1\admin' --destination 10.77.0.11 --actions 'smb.tree.admin,file.*')
