-- Files that moved, newest first. :text :incident :access :from :to (NULL: any); :before (id of the last row of the page before) :limit
WITH found AS NOT MATERIALIZED (
  SELECT f.id, a.id AS access
  FROM files f LEFT JOIN accesses a
    ON a.sensor = f.access_sensor AND a.epoch = f.access_epoch AND a.seq = f.access_seq AND a.is_access
  WHERE (:access IS NULL OR a.id = :access)
    AND (:incident IS NULL OR a.incident = :incident)
    AND (:from IS NULL OR f.time >= :from) AND (:to IS NULL OR f.time < :to)
    AND (:text IS NULL OR instr(lower(f.path || ' ' || f.source || ' ' || f.destination || ' ' || coalesce(f.sha256, '')),
      lower(:text)))
)
SELECT CASE WHEN coalesce(:access, :incident, :text, :from, :to) IS NULL THEN (SELECT count(*) FROM files)
    ELSE (SELECT count(*) FROM found) END AS ":total", f.id, f.path, f.action, f.bytes, f.complete AS "complete:bool", f.sha256, f.kind,
  f.executable AS "executable:bool", found.access, f.source, f.destination, f.site, f.time AS "time:time",
  (SELECT e.id FROM events e WHERE e.sensor = f.sensor AND e.epoch = f.epoch AND e.seq = f.seq) AS event
FROM found JOIN files f ON f.id = found.id
WHERE f.time <= coalesce((SELECT time FROM files WHERE id = :before), 9223372036854775807)
  AND (:before IS NULL OR (f.time, f.id) < (SELECT time, id FROM files WHERE id = :before))
ORDER BY f.time DESC, f.id DESC LIMIT :limit
