# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title='PsExec by hand with every name changed'
about="As psexec-samba, but the executable, the service and its display name look like a vendor's update: what is done is what counts,
not how it is called."
image='upd32.dat' service='VendorUpdate' display='Vendor Update Service'
expect=${expect/T1070.004 /}
expect=${expect/ file.delete.exe/}
gaps='
step file.delete.exe: the deletion names no executable, and that the file was written as one in an earlier session is not looked up
technique T1070.004: follows from that step
'
