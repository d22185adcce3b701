-- Remember a change. :id :state :close_reason :note :by :at
INSERT INTO incident_history (incident, at, by, state, close_reason, note) VALUES (:id, :at, :by, :state, :close_reason, :note)
