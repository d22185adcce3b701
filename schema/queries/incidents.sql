-- Incidents, latest first or, with :by_score, highest score first. :state ('open': new and acknowledged) :score_min :verdict :text :from :to :incident (NULL: any);
-- :before (id of the last row of the page before) :limit
-- Which rows are on the page is settled before their columns are made; the range of ids is one id when :incident is given.
WITH found AS NOT MATERIALIZED (
  SELECT i.id, i.score, i.last FROM incidents i
  WHERE (:state IS NULL OR i.state = :state OR (:state = 'open' AND i.state <> 'closed'))
    AND i.score >= :score_min
    AND i.id BETWEEN coalesce(:incident, 0) AND coalesce(:incident, 9223372036854775807)
    AND (:verdict IS NULL OR i.verdict = :verdict)
    AND (:from IS NULL OR i.last >= :from) AND (:to IS NULL OR i.first < :to)
    AND (:text IS NULL OR instr(lower(i.source || ' ' || coalesce(i.account, '') || ' ' || coalesce(i.workstation, '') || ' '
      || i.destinations || ' ' || i.profile || ' ' || i.title || ' ' || i.techniques), lower(:text)))
), page AS MATERIALIZED (
  SELECT id FROM found
  WHERE :before IS NULL
    OR (NOT :by_score AND (last, id) < (SELECT last, id FROM incidents WHERE id = :before))
    OR (:by_score AND (score, last, id) < (SELECT score, last, id FROM incidents WHERE id = :before))
  ORDER BY CASE WHEN :by_score THEN score END DESC, last DESC, id DESC LIMIT :limit
)
SELECT (SELECT count(*) FROM found) AS ":total", i.id, i.severity, i.score, i.techniques AS "techniques:json", i.profile, i.title,
  t.name AS site, i.source, i.account, i.workstation, i.destinations AS "destinations:json", i.first AS "first_seen:time",
  i.last AS "last_seen:time", i.verdict AS "verdict:verdict",
  (SELECT json_group_array(id) FROM (SELECT a.id FROM accesses a
    WHERE a.incident = i.id AND a.is_access AND (a.verdict <> 0 OR i.close_reason IS 'legitimate') ORDER BY a.start, a.id)) AS "accesses:json",
  i.accesses AS count, i.evidence AS "evidence:json", i.hypotheses AS "hypotheses:json", i.state, i.close_reason, i.note, i.changed_by, i.changed_at AS "changed_at:time"
FROM page JOIN incidents i ON i.id = page.id JOIN sites t ON t.id = i.site
ORDER BY CASE WHEN :by_score THEN i.score END DESC, i.last DESC, i.id DESC
