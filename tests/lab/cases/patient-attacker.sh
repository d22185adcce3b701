# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on slow-attacker
title='PsExec by hand, most of an hour between its steps'
about="As slow-attacker with pauses of 50 minutes: one incident from the first step to the last."
expect='
incident service-exec critical unverified
account LAB\admin
technique T1021.002 T1070.004 T1543.003 T1569.002 T1570
step smb.tree.admin file.write.exe svcctl.create_service svcctl.start_service file.delete.exe
access unverified
file write upd32.dat pe32
'

pause() { later 50; }
