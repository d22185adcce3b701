-- A source of logs. By the address a syslog message came from. :address
SELECT s.id, s.site, s.name, s.kind, s.format, t.name, s.offset, s.hosts
FROM log_sources s JOIN sites t ON t.id = s.site
WHERE s.address = :address AND s.kind = 'syslog' ORDER BY s.id LIMIT 1
