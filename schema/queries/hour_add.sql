-- Count. :hour :events :sessions
INSERT INTO hours (hour, events, sessions) VALUES (:hour, :events, :sessions)
ON CONFLICT (hour) DO UPDATE SET events = events + excluded.events, sessions = sessions + excluded.sessions
