# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-samba
title='PsExec by hand with every name changed'
about="As psexec-samba, but the executable, the service and its display name look like a vendor's update: what is done is what counts,
not how it is called."
image='upd32.dat' service='VendorUpdate' display='Vendor Update Service'
