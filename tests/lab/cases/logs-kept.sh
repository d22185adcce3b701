# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on psexec-impacket
title='PsExec between ordinary work, all of it in the log'
about="As psexec-impacket, and another client does ordinary work before and after: the server's log lives through all of it and
confirms each logon."
others=(cl2)

run() {
  ordinary_work report.txt
  between cl1 fs1 'FS1\admin'
  impacket_login
  impacket psexec.py "${login[@]}" 'cmd.exe /c whoami'
  connected 'IPC$' 'ADMIN$'
  wrote_service_image 'ADMIN$'
  ordinary_work later.txt
}

ordinary_work() { # NAME
  between cl2 fs1 'LAB\alice' 3.1.1
  client smbclient "//$server_ip/public" -U 'alice%Passw0rd!' -c "put report.txt $1"
  connected 'IPC$' public
  wrote public "$1" report.txt
}
