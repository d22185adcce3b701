-- A pair of record and wire logon; one row back if it is new. :host :hash :day :delta :whole :server
INSERT INTO log_samples (host, hash, day, delta, whole, server) VALUES (:host, :hash, :day, :delta, :whole, :server)
ON CONFLICT DO NOTHING RETURNING 1
