# shellcheck shell=bash
# Samba's own protocol tests, smbtorture, as traffic. Each is noted with when it began and ended, so that py/protocol_tests.py
# knows whose a connection is.
# shellcheck disable=SC2154  # server_ip, torture_options: set by the case

# torture TEST...: each must end as a success, by its own judgement of what the server answered.
torture() {
  local test began
  for test; do
    began=$(moment)
    client smbtorture "//$server_ip/public" "${torture_options[@]}" -U 'admin%Adm1nPass' "$test"
    note torture "$test" "$began" "$(moment)"
  done
}

# act COMMAND...: any other client's doings, as traffic of the same kind.
act() {
  local began
  began=$(moment)
  client "$@"
  note torture "$1" "$began" "$(moment)"
}
