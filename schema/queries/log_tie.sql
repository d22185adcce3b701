-- A host has an address. :host :address :how
INSERT INTO log_host_addresses (host, address, how) VALUES (:host, :address, :how) ON CONFLICT DO NOTHING
