# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on smbexec-encrypted-pth
title="Impacket's smbexec.py with a password inside SMB3 encryption"
about="As smbexec-encrypted-pth, with the password."
by='password'
