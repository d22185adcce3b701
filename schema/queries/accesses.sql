-- The ledger of admin accesses, newest first. :verdict :incident :entry (that explains it) :text :from :to (NULL: any); :before (id of the last row of the
-- page before) :limit
WITH found AS NOT MATERIALIZED (
  SELECT a.id FROM accesses a LEFT JOIN access_evidence e ON e.access = a.id
  WHERE a.is_access
    AND (:verdict IS NULL OR a.verdict = :verdict)
    AND (:incident IS NULL OR a.incident = :incident)
    AND (:entry IS NULL OR a.baseline = :entry)
    AND (:from IS NULL OR a.end >= :from) AND (:to IS NULL OR a.start < :to)
    AND (:text IS NULL OR instr(lower(a.source || ' ' || a.destination || ' ' || coalesce(a.account, e.account, '') || ' '
      || coalesce(a.workstation, '')), lower(:text)))
)
SELECT CASE WHEN coalesce(:incident, :entry, :text, :from, :to) IS NULL
    THEN (SELECT coalesce(sum(n), 0) FROM access_hours WHERE :verdict IS NULL OR verdict = :verdict)
    ELSE (SELECT count(*) FROM found) END AS ":total", a.id, CASE WHEN a.verdict <> 0 THEN a.incident END AS incident, t.name AS site,
  a.source, a.source_port, a.destination, a.destination_port, coalesce(a.account, e.account) AS account, a.workstation, a.auth, a.dialect,
  a.verdict AS "verdict:verdict", a.start AS "start:time", a.end AS "end:time", a.encrypted AS "encrypted:bool", a.community_id,
  a.session AS "session_id:hex", e.log AS "log:json", a.baseline,
  coalesce(e.findings, '[]') AS "findings:json", coalesce(e.evidence, '[]') AS "evidence:json",
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = a.id ORDER BY ordinal)) AS "steps:json",
  s.name AS sensor
FROM found JOIN accesses a ON a.id = found.id JOIN sites t ON t.id = a.site JOIN sensors s ON s.id = a.sensor
  LEFT JOIN access_evidence e ON e.access = a.id
WHERE a.start <= coalesce((SELECT start FROM accesses WHERE id = :before), 9223372036854775807)
  AND (:before IS NULL OR (a.start, a.id) < (SELECT start, id FROM accesses WHERE id = :before))
ORDER BY a.start DESC, a.id DESC LIMIT :limit
