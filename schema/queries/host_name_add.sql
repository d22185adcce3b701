-- The network calls a host so; one row back if that is new. :site :address :name :label :how
INSERT INTO host_names (site, address, name, label, how) VALUES (:site, :address, :name, :label, :how)
ON CONFLICT DO NOTHING RETURNING 1
