-- The admin accesses that whitelist entry :entry explains, newest first: the rows of accesses.sql. :before (id of the last row of the page before) :limit
WITH page AS MATERIALIZED (
  SELECT a.id, a.start FROM accesses a
  WHERE a.baseline = :entry
    AND a.start <= coalesce((SELECT start FROM accesses WHERE id = :before), 9223372036854775807)
    AND (:before IS NULL OR (a.start, a.id) < (SELECT start, id FROM accesses WHERE id = :before))
  ORDER BY a.start DESC, a.id DESC LIMIT :limit
)
SELECT (SELECT count(*) FROM accesses WHERE baseline = :entry) AS ":total", r.*,
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = r.id ORDER BY ordinal)) AS "steps:json"
FROM page CROSS JOIN access_rows r ON r.id = page.id
ORDER BY page.start DESC, page.id DESC
