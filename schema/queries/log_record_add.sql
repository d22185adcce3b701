-- Store a record, unless it is there already. Bound by position, in this order.
INSERT INTO log_records (host, key_high, key_low, time, received, act, outcome, event_id, record_id, provider, channel,
  account, domain, sid, logon_id, source_address, source_port, server_address, server_port, workstation,
  logon_type, logon_process, package, key_length, etype, status, share, object, service, service_path,
  task, process, line)
VALUES (:host, :key_high, :key_low, :time, :received, :act, :outcome, :event_id, :record_id, :provider, :channel,
  :account, :domain, :sid, :logon_id, :source_address, :source_port, :server_address, :server_port, :workstation,
  :logon_type, :logon_process, :package, :key_length, :etype, :status, :share, :object, :service, :service_path,
  :task, :process, :line)
ON CONFLICT (host, key_high, key_low) DO NOTHING
