# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on logs-kept
title="PsExec, and only the logons gone from the server's log"
about="As logs-kept, but the records of the intruder's logons are gone and those of the files are not: what remains proves that some
is missing."
expect_logged="${expect/unverified/unapproved}
finding *missing_records*
"
expect_logged=${expect_logged/access unverified/access unapproved}

tamper() { logs_lose logons fs1 cl1; }
