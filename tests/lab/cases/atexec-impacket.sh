# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title="Impacket's atexec.py with a password"
about="A scheduled task is registered, run, asked for its last run and deleted, every call sealed inside RPC: which operation it is can be
read, what it asks cannot. The command's output is fetched from ADMIN\$\\Temp and deleted there."
dialect=3.0
account='FS1\admin'
expect='
incident impacket-atexec critical unverified
account FS1\admin
technique T1021.002 T1053.005
step itaskschedulerservice.sch_rpc_register_task itaskschedulerservice.sch_rpc_run itaskschedulerservice.sch_rpc_delete
step itaskschedulerservice.sch_rpc_get_last_run_info smb.tree.admin file.read file.delete
never svcctl.* file.write.exe
access unverified
'

run() {
  impacket_login
  impacket atexec.py "${login[@]}" whoami
  connected 'IPC$' 'ADMIN$'
  printf 'nt authority\\system\r\n' >"$(client_file output)"
  fetched_task_output 'ADMIN$' output
}
