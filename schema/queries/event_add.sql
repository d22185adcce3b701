-- Store an event. :sensor :epoch :seq :time :kind :client :server :community_id :session :body
INSERT INTO events (sensor, epoch, seq, time, kind, client, server, community_id, session, body)
VALUES (:sensor, :epoch, :seq, :time, :kind, :client, :server, :community_id, :session, :body)
