-- A new source of logs: its id. :name :kind :format :site :token :address :now
INSERT INTO log_sources (name, kind, format, site, token, address, created)
VALUES (:name, :kind, :format, :site, :token, :address, :now) RETURNING id
