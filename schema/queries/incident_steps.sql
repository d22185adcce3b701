-- The steps of an incident, by time: those of its accesses that are not legitimate, of all if all are. :incident :limit
SELECT s.time AS "time:time", s.last AS "last_time:time", s.name AS step, a.destination, s.count, s.admin AS "admin:bool",
  s.technique, s.detail AS "detail:json", s.access,
  (SELECT e.id FROM events e WHERE e.sensor = s.sensor AND e.epoch = s.epoch AND e.seq = s.seq) AS event
FROM incidents i JOIN accesses a ON a.incident = i.id JOIN steps s ON s.access = a.id
WHERE i.id = :incident AND (a.verdict <> 0 OR i.close_reason IS 'legitimate')
ORDER BY s.time, s.access, s.ordinal LIMIT :limit
