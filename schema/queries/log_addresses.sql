-- A host's addresses. :host
SELECT address, how FROM log_host_addresses WHERE host = :host ORDER BY address
