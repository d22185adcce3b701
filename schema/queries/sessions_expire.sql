-- :before
DELETE FROM sessions WHERE last_used < :before
