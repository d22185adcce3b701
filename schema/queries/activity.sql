-- What was counted by the hour. :from (inclusive) :to (exclusive), begins of hours; :limit
SELECT h.hour AS "hour:time",
  (SELECT count(*) FROM accesses a WHERE a.is_access AND a.start >= h.hour AND a.start < h.hour + 3600000000000) AS accesses,
  (SELECT count(*) FROM accesses a WHERE a.is_access AND a.verdict <> 0 AND a.start >= h.hour
    AND a.start < h.hour + 3600000000000) AS suspicious,
  coalesce((SELECT c.events FROM hours c WHERE c.hour = h.hour), 0) AS events
FROM (WITH RECURSIVE steps (hour) AS (SELECT :from UNION ALL SELECT hour + 3600000000000 FROM steps WHERE hour + 3600000000000 < :to)
  SELECT hour FROM steps) h
ORDER BY h.hour LIMIT :limit
