-- Incidents from the beginning, for a report that is written row by row: the rows and filters of incidents.sql. They come in the
-- order of an index, so that nothing is gathered first. :state ('open': new and acknowledged) :score_min :verdict :text :from :to
-- :incident (NULL: any); :limit
SELECT i.id, i.severity, i.score, i.techniques AS "techniques:json", i.profile, i.title,
  t.name AS site, i.source, i.account, i.workstation, i.destinations AS "destinations:json", i.first AS "first_seen:time",
  i.last AS "last_seen:time", i.verdict AS "verdict:verdict",
  (SELECT json_group_array(id) FROM (SELECT a.id FROM accesses a
    WHERE a.incident = i.id AND a.is_access AND (a.verdict <> 0 OR i.close_reason IS 'legitimate') ORDER BY a.start, a.id)) AS "accesses:json",
  i.accesses AS count, i.evidence AS "evidence:json", i.hypotheses AS "hypotheses:json", i.state, i.close_reason, i.note, i.changed_by, i.changed_at AS "changed_at:time"
FROM incidents i CROSS JOIN sites t ON t.id = i.site
WHERE (:state IS NULL OR i.state = :state OR (:state = 'open' AND i.state <> 'closed'))
  AND i.score >= :score_min
  AND (:incident IS NULL OR i.id = :incident)
  AND (:verdict IS NULL OR i.verdict = :verdict)
  AND (:from IS NULL OR i.last >= :from) AND (:to IS NULL OR i.first < :to)
  AND (:text IS NULL OR instr(lower(i.source || ' ' || coalesce(i.account, '') || ' ' || coalesce(i.workstation, '') || ' '
    || i.destinations || ' ' || i.profile || ' ' || i.title || ' ' || i.techniques), lower(:text)))
ORDER BY i.last, i.id LIMIT :limit
