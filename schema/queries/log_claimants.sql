-- The hosts of a site whose logs are known to be of an address. :site :address
SELECT h.id, h.name FROM log_host_addresses a JOIN log_hosts h ON h.id = a.host JOIN log_sources s ON s.id = h.source
WHERE a.address = :address AND s.site = :site ORDER BY h.id
