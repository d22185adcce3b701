# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on logs-kept
title="PsExec while the server's log, sent as it is written, comes no more"
about="As logs-kept, but the server sends its logons to the collector as they come, and the intruder ends the sender before he begins.
Nobody can say that his logon is missing, so the access waits for the log; a quarter of an hour later it is unverified, and that the log
fell silent is an incident of its own."
log_way=streamed
expect='
incident impacket-psexec critical pending
account FS1\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
access pending
'
expect_logged='
incident impacket-psexec critical unverified
incident log-tampering medium None
account FS1\admin
account None
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570 T1070.001
step log.stopped
access unverified
'

run() {
  ordinary_work report.txt
  stream_has_come fs1
  stream_stops fs1
  between cl1 fs1 'FS1\admin'
  impacket_login
  impacket psexec.py "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
  ordinary_work later.txt
}

tamper() { collector_later 20; }
