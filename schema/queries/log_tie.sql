-- A host has an address; one row back if that is new. :host :address :how
INSERT INTO log_host_addresses (host, address, how) VALUES (:host, :address, :how) ON CONFLICT DO NOTHING
RETURNING 1
