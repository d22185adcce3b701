# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on logs-erased-in-part
title="PsExec, the logons gone, and a log of files whose zone nobody knows"
about="As logs-erased-in-part, but nobody said in which zone the audit of files is written: its records of the intruder confirm nothing,
and they excuse nothing either, because the dated log of logons beside it covers the moment and lacks his."
expect_logged=${expect//unverified/unlogged}
log_zone=unknown
