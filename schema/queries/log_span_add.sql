-- :host :trail :first :last
INSERT INTO log_spans (host, trail, first, last) VALUES (:host, :trail, :first, :last)
ON CONFLICT (host, trail, first) DO UPDATE SET last = max(last, excluded.last)
