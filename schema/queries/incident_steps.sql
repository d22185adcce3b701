-- The steps of an incident, by time: those of its accesses that are not legitimate, of all if all are. Hundreds of like acts (the
-- same done to the same host) in as many sessions are one row, the first, with a count. :incident :limit
WITH acts AS (
  SELECT s.*, a.destination, sum(s.count) OVER alike AS acts, max(s.last) OVER alike AS last_act,
    row_number() OVER (alike ORDER BY s.time, s.access, s.ordinal) AS nth
  FROM incidents i JOIN accesses a ON a.incident = i.id JOIN steps s ON s.access = a.id
  WHERE i.id = :incident AND (a.verdict <> 0 OR i.close_reason IS 'legitimate')
  WINDOW alike AS (PARTITION BY a.destination, s.name, s.detail)
)
SELECT count(*) OVER () AS ":total", s.time AS "time:time", s.last_act AS "last_time:time", s.name AS step, s.destination,
  s.acts AS count, s.admin AS "admin:bool", s.technique, s.detail AS "detail:json", s.access,
  (SELECT e.id FROM events e WHERE e.sensor = s.sensor AND e.epoch = s.epoch AND e.seq = s.seq) AS event
FROM acts s WHERE s.nth = 1
ORDER BY s.time, s.access, s.ordinal LIMIT :limit
