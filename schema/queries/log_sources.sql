-- Where server logs come from, and how far each source has come, the oldest first. :text (NULL: any) :before (id of the last row of the page before)
-- :limit
WITH found AS NOT MATERIALIZED (
  SELECT s.id FROM log_sources s
  WHERE :text IS NULL OR instr(lower(s.name), lower(:text))
    OR EXISTS (SELECT 1 FROM log_hosts h WHERE h.source = s.id AND instr(lower(h.name), lower(:text)))
)
SELECT (SELECT count(*) FROM found) AS ":total", s.id, s.name AS file, s.kind, s.format, t.name AS site, s.records, s.rejected AS skipped, s.others,
  s.duplicates, s.refused, s.hosts AS speaks_for, s.error, s.last_seen AS "last_seen:time"
FROM found JOIN log_sources s ON s.id = found.id JOIN sites t ON t.id = s.site
WHERE :before IS NULL OR s.id > :before
ORDER BY s.id LIMIT :limit
