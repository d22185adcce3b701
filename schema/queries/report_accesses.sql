-- The ledger from the beginning, for a report that is written row by row: the rows and filters of accesses.sql. They come in the
-- order of an index, so that nothing is gathered first. :verdict :incident :text :from :to (NULL: any); :limit
SELECT a.id, CASE WHEN a.verdict <> 0 THEN a.incident END AS incident, t.name AS site,
  a.source, a.source_port, a.destination, a.destination_port, coalesce(a.account, e.account) AS account, a.workstation, a.auth, a.dialect,
  a.verdict AS "verdict:verdict", a.start AS "start:time", a.end AS "end:time", a.encrypted AS "encrypted:bool", a.community_id,
  a.session AS "session_id:hex", e.log AS "log:json", a.baseline,
  coalesce(e.findings, '[]') AS "findings:json", coalesce(e.evidence, '[]') AS "evidence:json",
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = a.id ORDER BY ordinal)) AS "steps:json",
  s.name AS sensor
FROM accesses a CROSS JOIN sites t ON t.id = a.site CROSS JOIN sensors s ON s.id = a.sensor
  LEFT JOIN access_evidence e ON e.access = a.id
WHERE a.is_access
  AND (:verdict IS NULL OR a.verdict = :verdict)
  AND (:incident IS NULL OR a.incident = :incident)
  AND (:from IS NULL OR a.end >= :from) AND (:to IS NULL OR a.start < :to)
  AND (:text IS NULL OR instr(lower(a.source || ' ' || a.destination || ' ' || coalesce(a.account, e.account, '') || ' '
    || coalesce(a.workstation, '')), lower(:text)))
ORDER BY a.start, a.id LIMIT :limit
