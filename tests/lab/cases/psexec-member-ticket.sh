# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-member-pth
title="Impacket's psexec.py on a member server with a Kerberos ticket"
about="As psexec-member-pth, but a domain administrator's ticket opens the sessions: no NTLM message names anybody, the ticket's
owner stands in the exchange with the domain controller that went before."
account=''
by='ticket'
expect=${expect/LABDOM/LAB.TEST}

run() {
  ticket_for "$admin" "${password[$admin]}" "cifs/$server_name"
  impacket_login
  impacket psexec.py "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
}
