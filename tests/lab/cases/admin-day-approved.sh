# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on smbexec-impacket
title="A day's work of an approved administrator"
about="A scheduled task, a service's whole life and a command each by psexec.py and smbexec.py, from the host and by the account the
whitelist knows of: each access is explained, nothing is an incident."
approved=(--source 10.77.0.21 --account 'FS1\admin' --destination 10.77.0.11)
expect='
access legitimate
file write *.exe pe32
'

run() {
  impacket_login
  impacket atexec.py "${login[@]}" whoami
  printf 'nt authority\\system\r\n' >"$(client_file output)"
  fetched_task_output 'ADMIN$' output
  impacket services.py "${login[@]}" create -name Updater -display 'Update helper' -path 'C:\Windows\updater.exe'
  impacket services.py "${login[@]}" start -name Updater
  impacket services.py "${login[@]}" delete -name Updater
  typed_lines=$'whoami\nexit' impacket smbexec.py "${login[@]}"
  smbexec_did
  impacket psexec.py "${login[@]}" 'cmd.exe /c whoami'
  wrote_service_image 'ADMIN$'
  connected 'ADMIN$'
}
