-- :name
SELECT id, name, password FROM users WHERE name = :name
