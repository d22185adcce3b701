# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on logs-kept
title="PsExec, whose lines the intruder takes out of a log that is sent as it is written"
about="As logs-kept, but the server sends its logons to the collector as they come, and each second says that it has sent all. What the
intruder erases never arrives; seconds later the collector knows that the log has passed that moment."
log_way=streamed
expect='
incident impacket-psexec critical unlogged
account FS1\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
access unlogged
'
expect_logged=$expect

run() {
  ordinary_work report.txt
  stream_has_come fs1
  stream_erases fs1 "$(ip_of cl1)"
  between cl1 fs1 'FS1\admin'
  impacket_login
  impacket psexec.py "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
  ordinary_work later.txt
  stream_has_passed fs1
}
