-- What a person or a server's own log says of names and addresses; what the wire says is not among it. :limit
SELECT t.name AS site, n.name, n.address, n.by AS "by", 'person' AS how FROM named_hosts n JOIN sites t ON t.id = n.site
UNION ALL
SELECT DISTINCT t.name, h.name, a.address, NULL, a.how
FROM log_host_addresses a JOIN log_hosts h ON h.id = a.host JOIN log_sources s ON s.id = h.source JOIN sites t ON t.id = s.site
WHERE a.how IN ('own', 'logon', 'configured')
ORDER BY 1, 2, 3 LIMIT :limit
