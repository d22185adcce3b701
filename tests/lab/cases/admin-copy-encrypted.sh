# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on pth-admin-copy
title='An executable copied to ADMIN$ inside SMB3 encryption'
about="As pth-admin-copy, but the server requires encryption."
server=fs2
hidden 'LAB\admin' admin-share-copy high
