# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on sites-one-approved
title='The same addresses in two branches, planned work without a branch'
about="As sites-one-approved, but the whitelist's entry names no branch: a missing key means any, so it explains both."
approved=(--source 10.77.0.21 --account 'LAB\admin' --destination 10.77.0.11)
expect='
access legitimate
file write winupd.exe pe32
@south access legitimate
@south file write winupd.exe pe32
'
