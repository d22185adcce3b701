# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on torture-smb1
title="Samba's protocol tests: SMB1's rarer ways with files"
about="Hard links by the command that renames, links and opens of POSIX clients, temporary and printed files, ends that are set by
writing nothing, and what is set by transactions."

run() {
  act smbclient "//$server_ip/public" "${torture_options[@]}" -U 'admin%Adm1nPass' -c \
    'put report.txt; put tool.exe; hardlink tool.exe linked.exe; posix; posix_open made.exe 755; posix_unlink made.exe; link tool.exe third.exe; symlink tool.exe soft.exe; posix_mkdir folder 755; posix_rmdir folder; del linked.exe; del third.exe; del soft.exe; del tool.exe'
  act /usr/bin/python3 -B "$here/py/truncate.py" "$server_ip" public admin Adm1nPass report.txt 10 smb1
  torture raw.mkdir raw.open.ctemp raw.open.mknew raw.open.create raw.open.openx raw.open.t2open raw.open.nttrans-create
  torture raw.sfileinfo.end-of-file raw.sfileinfo.rename raw.write.write
}
