# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title="PsExec by hand inside SMB3 encryption"
about="As psexec-samba, but the server requires encryption: every step is an encrypted session of its own."
server=fs2
account='LAB\admin'
hidden 'LAB\admin' service-exec critical
