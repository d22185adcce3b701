-- :site :name :other :servers
INSERT INTO domains (site, name, other, servers) VALUES (:site, :name, :other, :servers)
ON CONFLICT (site, name) DO UPDATE SET other = excluded.other, servers = excluded.servers
