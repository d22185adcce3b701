-- Logs that were cleared, stopped or went backwards, newest first. :from :to (NULL: any) :limit
SELECT a.id, a.kind, a.time AS "time:time", a.text, h.name AS host, s.name AS source, t.name AS site, a.at AS "at:time"
FROM log_alerts a JOIN log_hosts h ON h.id = a.host JOIN log_sources s ON s.id = h.source JOIN sites t ON t.id = s.site
WHERE (:from IS NULL OR a.time >= :from) AND (:to IS NULL OR a.time < :to)
ORDER BY a.time DESC, a.id DESC LIMIT :limit
