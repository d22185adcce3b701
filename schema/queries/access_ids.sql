-- All of them, by start.
SELECT id FROM accesses ORDER BY start, id
