-- :user :address :now
INSERT INTO login_failures (at, user, address) VALUES (:now, :user, :address)
