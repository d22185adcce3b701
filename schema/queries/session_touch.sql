-- :token :now
UPDATE sessions SET last_used = :now WHERE token = :token
