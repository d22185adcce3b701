-- What a host (or, with :host NULL, a whole site) does in each hour of the week, from Monday 00:00 UTC on: means over the weeks from hour
-- :from to :to (exclusive). :site its name; :weeks
WITH rows AS (
  SELECT n.hour, n.sessions, n.bytes, 0 AS admin, 0 AS executables FROM norm_hours n JOIN sites t ON t.id = n.site
  WHERE t.name = :site AND n.hour >= :from AND n.hour < :to AND (:host IS NULL OR n.host = :host)
  UNION ALL
  SELECT a.start / 3600000000000, 0, 0, 1, 0 FROM accesses a JOIN sites t ON t.id = a.site
  WHERE t.name = :site AND a.is_access AND a.start >= :from * 3600000000000 AND a.start < :to * 3600000000000
    AND (:host IS NULL OR a.source = :host)
  UNION ALL
  SELECT f.time / 3600000000000, 0, 0, 0, 1 FROM files f
  WHERE f.site = :site AND f.executable AND f.action IN ('write', 'read') AND f.time >= :from * 3600000000000
    AND f.time < :to * 3600000000000 AND (:host IS NULL OR f.source = :host)
)
SELECT (hour + 72) % 168 AS hour, sum(sessions) / CAST(:weeks AS REAL), sum(bytes) / CAST(:weeks AS REAL),
  sum(admin) / CAST(:weeks AS REAL), sum(executables) / CAST(:weeks AS REAL)
FROM rows GROUP BY 1 ORDER BY 1
