-- :name :hash :now
INSERT INTO users (name, password, created) VALUES (:name, :hash, :now) RETURNING id
