-- A source of logs. By its number. :source
SELECT s.id, s.site, s.name, s.kind, s.format, t.name, s.offset, s.hosts
FROM log_sources s JOIN sites t ON t.id = s.site
WHERE s.id = :source
