-- The admin accesses of one :verdict, newest first: the rows of accesses.sql. :before (id of the last row of the page before) :limit
-- How many there are in each hour is kept: only the hours are read that the page lies in, so that a few in a million are found at once.
-- Of the hour that :before lies in some may be on the page before, so it counts for none.
WITH last AS MATERIALIZED (
  SELECT coalesce((SELECT start FROM accesses WHERE id = :before), 9223372036854775807) AS start
), hours_of AS MATERIALIZED (
  SELECT hour FROM (
    SELECT hour, n, sum(CASE WHEN hour + 3600000000000 > last.start THEN 0 ELSE n END) OVER (ORDER BY hour DESC) AS upto
    FROM access_hours, last WHERE verdict = :verdict AND n > 0 AND hour <= last.start)
  WHERE upto - n < :limit
), page AS MATERIALIZED (
  SELECT a.id, a.start FROM hours_of h CROSS JOIN accesses a ON a.start >= h.hour AND a.start < h.hour + 3600000000000
  WHERE a.is_access AND a.verdict = :verdict
    AND (:before IS NULL OR (a.start, a.id) < (SELECT start, id FROM accesses WHERE id = :before))
  ORDER BY a.start DESC, a.id DESC LIMIT :limit
)
SELECT (SELECT coalesce(sum(n), 0) FROM access_hours WHERE verdict = :verdict) AS ":total", r.*,
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = r.id ORDER BY ordinal)) AS "steps:json"
FROM page CROSS JOIN access_rows r ON r.id = page.id
ORDER BY page.start DESC, page.id DESC
