-- Hosts of streams that were heard last between :after and :before.
SELECT h.id FROM log_hosts h JOIN log_sources s ON s.id = h.source
WHERE s.kind <> 'file' AND h.heard >= :after AND h.heard < :before ORDER BY h.id
