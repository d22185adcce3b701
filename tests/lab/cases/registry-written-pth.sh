# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on registry-written
title="A program made to start with the machine through the remote registry, by Pass-the-Hash"
about="As registry-written, by the account's NT hash."
by='hash'
