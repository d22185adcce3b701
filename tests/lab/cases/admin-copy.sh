# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
based_on pth-admin-copy
title='An executable copied to ADMIN$ with a password'
about="As pth-admin-copy, but the administrator typed the password: the wire does not tell the two apart, nor may we."
by='password'
