# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on torture-smb1
title="Samba's protocol tests: where a reader of SMB1 goes astray"
about="DOS error codes in place of NTSTATUS, a file marked for deletion by a transaction, and a file id used on another connection."

run() { torture base.samba3error base.delete.deltest2 base.fdpass; }
