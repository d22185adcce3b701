-- Admin logons that no sensor saw, newest first. :text :from :to (NULL: any); :before (id of the last row of the page before) :limit
WITH found AS NOT MATERIALIZED (
  SELECT o.record FROM log_only o JOIN log_hosts h ON h.id = o.host
  WHERE (:from IS NULL OR o.time >= :from) AND (:to IS NULL OR o.time < :to)
    AND (:text IS NULL OR instr(lower(o.source || ' ' || h.name || ' ' || coalesce(o.account, '')), lower(:text)))
)
SELECT (SELECT count(*) FROM found) AS ":total", o.record AS id, t.name AS site, o.time AS "time:time", o.source, o.source_port,
  h.name AS host, (SELECT min(a.address) FROM log_host_addresses a WHERE a.host = o.host) AS destination, o.account, o.because,
  r.event_id, r.logon_type, r.package, s.name AS log_source
FROM found JOIN log_only o ON o.record = found.record JOIN log_hosts h ON h.id = o.host JOIN log_sources s ON s.id = h.source
  JOIN sites t ON t.id = o.site JOIN log_records r ON r.id = o.record
WHERE o.time <= coalesce((SELECT time FROM log_only WHERE record = :before), 9223372036854775807)
  AND (:before IS NULL OR (o.time, o.record) < (SELECT time, record FROM log_only WHERE record = :before))
ORDER BY o.time DESC, o.record DESC LIMIT :limit
