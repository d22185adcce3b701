# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-renamed
title="PsExec by hand with every name changed, by Pass-the-Hash"
about="As psexec-renamed, by the account's NT hash."
by='hash'
