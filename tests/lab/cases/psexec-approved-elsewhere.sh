# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket
title="Planned work of another host does not explain this one"
about="As psexec-impacket, while the whitelist approves the same account from another host only."
approved=(--source 10.77.0.22 --account 'FS1\admin' --destination 10.77.0.11)
