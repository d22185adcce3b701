-- What was counted by the hour. :from (inclusive) :to (exclusive), begins of hours; :limit
SELECT h.hour AS "hour:time",
  (SELECT coalesce(sum(a.n), 0) FROM access_hours a WHERE a.hour = h.hour) AS accesses,
  (SELECT coalesce(sum(a.n), 0) FROM access_hours a WHERE a.hour = h.hour AND a.verdict <> 0) AS suspicious,
  coalesce((SELECT c.events FROM hours c WHERE c.hour = h.hour), 0) AS events
FROM (WITH RECURSIVE steps (hour) AS (SELECT :from UNION ALL SELECT hour + 3600000000000 FROM steps WHERE hour + 3600000000000 < :to)
  SELECT hour FROM steps) h
ORDER BY h.hour LIMIT :limit
