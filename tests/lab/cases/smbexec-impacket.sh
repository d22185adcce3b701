# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on smbexec-impacket-pth
title="Impacket's smbexec.py with a password"
about="As smbexec-impacket-pth, with the password."
by='password'
