# shellcheck shell=bash disable=SC2034,SC2154  # settings are read, and variables set, by record and lab
title='Wrong passwords shown to the domain controller'
about="Five wrong passwords for one account by Kerberos, which meet no server but the key distribution centre, and then the right one."
server=dc1
filter=$domain_filter
dialect=''
expect='
event krb.as
incident password-guessing high None
account LAB.TEST\carol
technique T1110
step krb.logon.failed auth.guessing
never smb.* file.* svcctl.*
'

run() {
  local n
  for n in 1 2 3 4 5; do typed_lines=guess$n refused kinit carol@LAB.TEST; done
  ticket_for carol 'Passw0rd!x'
}
