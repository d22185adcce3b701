# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="A job added with the AT service by Samba's Python bindings"
about="A second client stack, and the scheduler's older interface, whose arguments are readable: no file moves, nothing is run yet."
account='LAB\admin'
expect='
incident at-job high unverified
account LAB\admin
technique T1053.002
step atsvc.netr_job_add
never smb.tree.admin file.* svcctl.*
access unverified
'

run() {
  client /usr/bin/python3 -B "$here/py/at_job.py" "$server_ip" 'LAB\admin%Adm1nPass' 'C:\Windows\updater.exe'
  connected 'IPC$'
}
