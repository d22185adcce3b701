-- Incidents, latest first or, with :by_score, highest score first. :state ('open': new and acknowledged) :score_min :verdict :text :from :to :incident (NULL: any);
-- :before (id of the last row of the page before) :limit
-- Which rows are on the page is settled before their columns are made, in the order of an index; the range of ids is one id when :incident is given.
WITH found AS NOT MATERIALIZED (
  SELECT i.id, i.score, i.last FROM incidents i
  WHERE (:state IS NULL OR i.state = :state OR (:state = 'open' AND i.state <> 'closed'))
    AND i.score >= :score_min
    AND (:incident IS NULL OR i.id = :incident)
    AND (:verdict IS NULL OR i.verdict = :verdict)
    AND (:from IS NULL OR i.last >= :from) AND (:to IS NULL OR i.first < :to)
    AND (:text IS NULL OR instr(lower(i.source || ' ' || coalesce(i.account, '') || ' ' || coalesce(i.workstation, '') || ' '
      || i.destinations || ' ' || i.profile || ' ' || i.title || ' ' || i.techniques), lower(:text)))
), of_one AS MATERIALIZED (
  SELECT id FROM incidents WHERE id = :incident
), by_time AS MATERIALIZED (
  SELECT id FROM found WHERE :incident IS NULL AND NOT :by_score
    AND last <= coalesce((SELECT last FROM incidents WHERE id = :before), 9223372036854775807)
    AND (:before IS NULL OR (last, id) < (SELECT last, id FROM incidents WHERE id = :before))
  ORDER BY last DESC, id DESC LIMIT :limit
), by_score AS MATERIALIZED (
  SELECT id FROM found WHERE :incident IS NULL AND :by_score
    AND score <= coalesce((SELECT score FROM incidents WHERE id = :before), 9223372036854775807)
    AND (:before IS NULL OR (score, last, id) < (SELECT score, last, id FROM incidents WHERE id = :before))
  ORDER BY score DESC, last DESC, id DESC LIMIT :limit
), page AS MATERIALIZED (
  SELECT id FROM of_one UNION ALL SELECT id FROM by_time UNION ALL SELECT id FROM by_score
)
SELECT CASE WHEN :incident IS NOT NULL THEN 1
    WHEN :score_min = 0 AND coalesce(:verdict, :text, :from, :to) IS NULL THEN (SELECT coalesce(sum(n), 0) FROM incident_counts
      WHERE :state IS NULL OR state = :state OR (:state = 'open' AND state <> 'closed'))
    ELSE (SELECT count(*) FROM found) END AS ":total", i.id, i.severity, i.score, i.techniques AS "techniques:json", i.profile, i.title,
  t.name AS site, i.source, i.account, i.workstation, i.destinations AS "destinations:json", i.first AS "first_seen:time",
  i.last AS "last_seen:time", i.verdict AS "verdict:verdict",
  (SELECT json_group_array(id) FROM (SELECT a.id FROM accesses a
    WHERE a.incident = i.id AND a.is_access AND (a.verdict <> 0 OR i.close_reason IS 'legitimate') ORDER BY a.start, a.id)) AS "accesses:json",
  i.accesses AS count, i.evidence AS "evidence:json", i.hypotheses AS "hypotheses:json", i.state, i.close_reason, i.note, i.changed_by, i.changed_at AS "changed_at:time"
FROM page CROSS JOIN incidents i ON i.id = page.id JOIN sites t ON t.id = i.site
ORDER BY CASE WHEN :by_score THEN i.score END DESC, i.last DESC, i.id DESC
