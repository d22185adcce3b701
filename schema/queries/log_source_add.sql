-- A new source of logs: its id. :name :kind :format :site :token :address :hosts :now
INSERT INTO log_sources (name, kind, format, site, token, address, hosts, created)
VALUES (:name, :kind, :format, :site, :token, :address, :hosts, :now) RETURNING id
