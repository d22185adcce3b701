-- The accesses of an incident, newest first, as accesses.sql shows them. :incident :limit
SELECT a.id, CASE WHEN a.verdict <> 0 THEN a.incident END AS incident, t.name AS site,
  a.source, a.source_port, a.destination, a.destination_port, coalesce(a.account, e.account) AS account, a.workstation, a.auth, a.dialect,
  a.verdict AS "verdict:verdict", a.start AS "start:time", a.end AS "end:time", a.encrypted AS "encrypted:bool", a.community_id,
  a.session AS "session_id:hex", e.log AS "log:json", a.baseline,
  coalesce(e.findings, '[]') AS "findings:json", coalesce(e.evidence, '[]') AS "evidence:json",
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = a.id ORDER BY ordinal)) AS "steps:json",
  s.name AS sensor
FROM accesses a JOIN sites t ON t.id = a.site JOIN sensors s ON s.id = a.sensor
  LEFT JOIN access_evidence e ON e.access = a.id
WHERE a.incident = :incident AND a.is_access
ORDER BY a.start DESC, a.id DESC LIMIT :limit
