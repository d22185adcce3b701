-- One access, with the columns of members.sql. :access
SELECT a.id, a.sensor, a.epoch, a.seq, a.is_access, a.incident, t.name, a.site, a.source, a.source_port, a.destination,
  a.destination_port, coalesce(a.account, e.account), a.workstation, a.auth, a.dialect, a.community_id, a.session, a.encrypted, a.start, a.end,
  a.verdict, a.baseline, a.account IS NULL AND e.account IS NOT NULL, coalesce(e.findings, '[]') <> '[]',
  (SELECT d.other || substr(coalesce(a.account, e.account), instr(coalesce(a.account, e.account), '\')) FROM domains d
    WHERE d.site = a.site AND d.name = substr(coalesce(a.account, e.account), 1, instr(coalesce(a.account, e.account), '\') - 1))
FROM accesses a JOIN sites t ON t.id = a.site LEFT JOIN access_evidence e ON e.access = a.id
WHERE a.id = :access
