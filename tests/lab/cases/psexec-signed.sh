# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title='PsExec by hand, every message signed'
about="As psexec-samba over signed SMB 3.1.1: signing hides nothing."
samba_options=(--client-protection=sign)
