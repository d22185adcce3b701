# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-member-pth
title="Impacket's psexec.py on a member server by a domain administrator"
about="As psexec-member-pth, with the password."
by='password'
