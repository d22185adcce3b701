# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on registry-query
title="The registry read from afar by Pass-the-Hash"
about="As registry-query, by the account's NT hash."
by='hash'
