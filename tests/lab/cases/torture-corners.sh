# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on torture-smb2
title="Samba's protocol tests: where a reader of SMB2 goes astray"
about="A compound whose second command nobody knows, one whose elements use the file of the one before, a stream's name with control
characters, and a write that must fail into bytes that another write left there."

run() { torture smb2.compound.invalid4 smb2.compound.related6 smb2.streams.names2 smb2.tcon; }
