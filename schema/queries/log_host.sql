-- A host of a source, created if needed: its id. :source :name :has_zone :time :now
INSERT INTO log_hosts (source, name, has_zone, first, last, heard) VALUES (:source, :name, :has_zone, :time, :time, :now)
ON CONFLICT (source, name, has_zone) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)
RETURNING id
