# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on atexec-impacket
title="Impacket's atexec.py inside SMB3 encryption"
about="As atexec-impacket, but the server requires encryption: not even which operations were called can be read."
server=fs2
account='FS2\admin'
hidden 'FS2\admin' impacket-atexec critical
