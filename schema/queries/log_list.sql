-- Records of server logs, those stored last first. :source (id) :host :account :address :act :access :from :to (as written)
-- (NULL: any); :before (id of the last row of the page before) :limit. An access's: those that name its end of the connection,
-- within 26 hours
-- (clocks may show another zone), and what else those hosts wrote of the same logon within twelve hours.
SELECT r.id, s.name AS source, t.name AS site, r.host AS host_id, h.name AS host, h.has_zone AS "has_zone:bool",
  r.time AS written, r.act AS "act:act", CASE r.outcome WHEN 1 THEN 'success' WHEN 2 THEN 'failure' END AS outcome,
  r.event_id, r.channel, r.account, r.domain, r.sid, r.logon_id AS "logon_id:hex", r.source_address, r.source_port, r.workstation,
  r.logon_type, r.logon_process, r.package, r.key_length, r.etype, r.status, r.share, r.object, r.service, r.service_path,
  r.task, r.process
FROM log_records r JOIN log_hosts h ON h.id = r.host JOIN log_sources s ON s.id = h.source JOIN sites t ON t.id = s.site
WHERE (:source IS NULL OR h.source = :source) AND (:host IS NULL OR h.name = :host)
  AND (:account IS NULL OR r.account = :account) AND (:address IS NULL OR r.source_address = :address)
  AND (:act IS NULL OR r.act = :act)
  AND (:from IS NULL OR r.time >= :from) AND (:to IS NULL OR r.time < :to)
  AND (:access IS NULL OR r.id IN (
    SELECT x.id
    FROM accesses a JOIN log_records e ON e.source_address = a.source AND e.source_port = a.source_port
      JOIN log_records x ON x.host = e.host
        AND (x.id = e.id OR (x.logon_id = e.logon_id AND x.time BETWEEN e.time - 43200000000000 AND e.time + 43200000000000))
      JOIN log_hosts eh ON eh.id = e.host JOIN log_sources es ON es.id = eh.source
    WHERE a.id = :access AND es.site = a.site AND e.time BETWEEN a.start - 93600000000000 AND a.end + 93600000000000))
  AND (:before IS NULL OR r.id < :before)
ORDER BY r.id DESC LIMIT :limit
