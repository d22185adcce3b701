-- :token :user :csrf :now
INSERT INTO sessions (token, user, csrf, created, last_used) VALUES (:token, :user, :csrf, :now, :now)
