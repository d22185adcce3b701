# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on wmiexec-impacket
title="Impacket's dcomexec.py with a password"
about="MMC20.Application is activated at TCP 135, and three commands run through its document's view, every call sealed inside RPC. The
commands' output is fetched from ADMIN\$ and deleted there."
tool='dcomexec.py -object MMC20'
expect=${expect/impacket-wmiexec critical/dcom-exec high}
expect=${expect/ T1047/}
expect=${expect/iwbemlevel1login.ntlm_login iwbemservices.exec_method/idispatch.get_ids_of_names idispatch.invoke}
