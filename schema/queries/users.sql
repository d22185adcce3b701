-- How many.
SELECT count(*) FROM users
