-- What one host wrote in a span, by time. :host :from :to
SELECT r.id, r.host, h.name, h.has_zone, r.time, r.received, r.act, r.outcome, r.event_id, r.record_id, r.provider, r.channel,
  r.account, r.domain, r.sid, r.logon_id, r.source_address, r.source_port, r.server_address, r.server_port, r.workstation,
  r.logon_type, r.logon_process, r.package, r.key_length, r.etype, r.status, r.share, r.object, r.service, r.service_path,
  r.task, r.process, r.line
FROM log_records r JOIN log_hosts h ON h.id = r.host
WHERE r.host = :host AND r.time BETWEEN :from AND :to ORDER BY r.time
