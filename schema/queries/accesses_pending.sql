-- Accesses that wait for a log, and began before :before.
SELECT id FROM accesses WHERE is_access AND verdict = 1 AND start < :before ORDER BY start, id
