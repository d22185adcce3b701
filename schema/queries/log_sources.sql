-- Where server logs come from, and how far each source has come. :limit
SELECT s.id, s.name AS file, s.kind, s.format, t.name AS site, s.records, s.rejected AS skipped, s.others, s.duplicates, s.refused, s.hosts AS speaks_for, s.error,
  s.last_seen AS "last_seen:time"
FROM log_sources s JOIN sites t ON t.id = s.site ORDER BY s.id LIMIT :limit
