-- :host :first :last
INSERT INTO log_spans (host, first, last) VALUES (:host, :first, :last)
ON CONFLICT (host, first) DO UPDATE SET last = max(last, excluded.last)
