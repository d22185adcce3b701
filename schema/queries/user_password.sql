-- :user :hash
UPDATE users SET password = :hash WHERE id = :user
