-- A host has the addresses no more that only people gave it; what else is known of them counts again as before. :host
DELETE FROM log_host_addresses WHERE host = :host AND how = 'configured'
