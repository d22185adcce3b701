-- Count. :hour :site :host :sessions :bytes
INSERT INTO norm_hours (hour, site, host, sessions, bytes) VALUES (:hour, :site, :host, :sessions, :bytes)
ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions, bytes = bytes + excluded.bytes
