-- The ledger of admin accesses, newest first. :verdict :incident :entry (that explains it) :text :from :to (NULL: any); :before (id of the last row of the
-- page before) :limit
WITH found AS NOT MATERIALIZED (
  SELECT a.id, a.start FROM accesses a
  WHERE a.is_access
    AND (:verdict IS NULL OR a.verdict = :verdict)
    AND (:incident IS NULL OR a.incident = :incident)
    AND (:entry IS NULL OR a.baseline = :entry)
    AND (:from IS NULL OR a.end >= :from) AND (:to IS NULL OR a.start < :to)
    AND (:text IS NULL OR instr(lower(a.source || ' ' || a.destination || ' '
      || coalesce(a.account, (SELECT e.account FROM access_evidence e WHERE e.access = a.id), '') || ' ' || coalesce(a.workstation, '')),
      lower(:text)))
), page AS MATERIALIZED (
  SELECT id, start FROM found
  WHERE start <= coalesce((SELECT start FROM accesses WHERE id = :before), 9223372036854775807)
    AND (:before IS NULL OR (start, id) < (SELECT start, id FROM accesses WHERE id = :before))
  ORDER BY start DESC, id DESC LIMIT :limit
)
SELECT CASE WHEN coalesce(:incident, :entry, :text, :from, :to) IS NULL
    THEN (SELECT coalesce(sum(n), 0) FROM access_hours WHERE :verdict IS NULL OR verdict = :verdict)
    ELSE (SELECT count(*) FROM found) END AS ":total", r.*,
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = r.id ORDER BY ordinal)) AS "steps:json"
FROM page CROSS JOIN access_rows r ON r.id = page.id
ORDER BY page.start DESC, page.id DESC
