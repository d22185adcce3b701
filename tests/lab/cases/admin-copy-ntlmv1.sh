# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on pth-admin-copy
title='An executable copied to ADMIN$ over SMB1 with NTLMv1'
about="As pth-admin-copy with the oldest dialect and the oldest response to the challenge."
by='password'
samba_options=(--option='client min protocol=NT1' --option='client max protocol=NT1' --option='client ntlmv2 auth=no')
min_protocol=NT1
dialect='NT LM 0.12'
