-- A person says that a host has an address. :site :name :address :by :now
INSERT INTO named_hosts (site, name, address, by, at) VALUES (:site, :name, :address, :by, :now) ON CONFLICT DO NOTHING
