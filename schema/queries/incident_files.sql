-- The files that an incident's accesses moved, newest first, as files.sql shows them. :incident :limit
SELECT f.id, f.path, f.action, f.bytes, f.complete AS "complete:bool", f.sha256, f.kind,
  f.executable AS "executable:bool", a.id AS access, f.source, f.destination, f.site, f.time AS "time:time",
  (SELECT e.id FROM events e WHERE e.sensor = f.sensor AND e.epoch = f.epoch AND e.seq = f.seq) AS event
FROM accesses a JOIN files f ON f.access_sensor = a.sensor AND f.access_epoch = a.epoch AND f.access_seq = a.seq
WHERE a.incident = :incident AND a.is_access
ORDER BY f.time DESC, f.id DESC LIMIT :limit
