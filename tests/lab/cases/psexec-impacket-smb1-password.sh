# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket-smb1
title="Impacket's psexec.py over SMB1 with a password"
about="As psexec-impacket-smb1, with the password."
by='password'
