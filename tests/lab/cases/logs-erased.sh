# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on logs-kept
title="PsExec, and the intruder's lines gone from the server's log"
about="As logs-kept, but afterwards nothing in the log names the client it came from, while the log goes on: the network saw what
the server does not know any more. Nothing outranks that, no approval either."
approved=(--source 10.77.0.21 --account 'FS1\admin' --destination 10.77.0.11)
expect='
access legitimate
file write *.exe pe32
'
expect_logged='
incident impacket-psexec critical unlogged
account FS1\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
access unlogged
'

tamper() { logs_lose everything fs1 cl1; }
