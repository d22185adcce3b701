# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on logs-kept
title="PsExec after the server's log had stopped"
about="As logs-kept, but the log ends before the intruder came: it cannot say anything about that time."
expect_logged=$expect

tamper() { logs_lose since fs1 cl1; }
