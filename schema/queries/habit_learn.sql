-- Add admin acts that no access has repeated since :before to their habits; once per access and act. Those of incidents that a
-- person called attacks are left out. :before
INSERT INTO habit_days (site, source, account, destination, action, day, hours, accesses, last)
SELECT a.site, a.source, coalesce(a.account, ''), a.destination, s.name, s.time / 86400000000000,
  1 << (s.time / 3600000000000 % 24), 1, s.time
FROM steps s JOIN accesses a ON a.id = s.access LEFT JOIN incidents i ON i.id = a.incident
WHERE s.admin AND s.learned = 0 AND s.last < :before AND a.is_access AND i.close_reason IS NOT 'true_positive'
  AND NOT EXISTS (SELECT 1 FROM steps o WHERE o.access = s.access AND o.name = s.name AND o.admin AND o.ordinal < s.ordinal)
ON CONFLICT DO UPDATE SET hours = hours | excluded.hours, accesses = accesses + 1, last = max(last, excluded.last)
