-- :host :kind :time :text :now
INSERT INTO log_alerts (host, kind, time, text, at) VALUES (:host, :kind, :time, :text, :now) ON CONFLICT DO NOTHING
