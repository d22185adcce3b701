-- Names of the hosts whose logs a site has. :site
SELECT h.id, h.name FROM log_hosts h JOIN log_sources s ON s.id = h.source WHERE s.site = :site ORDER BY h.id
