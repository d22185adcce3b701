-- The admin accesses in which :text is found, of :verdict (NULL: any), newest first: the rows of accesses.sql, found in one pass over the ledger.
-- :before (id of the last row of the page before) :limit. The pattern stands four times because it is made once only where it is constant.
WITH found AS MATERIALIZED (
  SELECT a.id, a.start FROM accesses a NOT INDEXED
  WHERE a.is_access AND (:verdict IS NULL OR a.verdict = :verdict)
    AND (a.source LIKE ('%' || replace(replace(replace(:text, '\', '\\'), '%', '\%'), '_', '\_') || '%') ESCAPE '\'
      OR a.destination LIKE ('%' || replace(replace(replace(:text, '\', '\\'), '%', '\%'), '_', '\_') || '%') ESCAPE '\'
      OR a.workstation LIKE ('%' || replace(replace(replace(:text, '\', '\\'), '%', '\%'), '_', '\_') || '%') ESCAPE '\'
      OR coalesce(a.account, (SELECT e.account FROM access_evidence e WHERE e.access = a.id))
        LIKE ('%' || replace(replace(replace(:text, '\', '\\'), '%', '\%'), '_', '\_') || '%') ESCAPE '\')
), page AS MATERIALIZED (
  SELECT id, start FROM found
  WHERE :before IS NULL OR (start, id) < (SELECT start, id FROM accesses WHERE id = :before)
  ORDER BY start DESC, id DESC LIMIT :limit
)
SELECT (SELECT count(*) FROM found) AS ":total", r.*,
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = r.id ORDER BY ordinal)) AS "steps:json"
FROM page CROSS JOIN access_rows r ON r.id = page.id
ORDER BY page.start DESC, page.id DESC
