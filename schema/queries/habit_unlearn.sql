-- Take the acts of :incident, which a person called an attack, out of their habits again.
UPDATE habit_days SET accesses = accesses - n FROM (
  SELECT a.site AS w_site, a.source AS w_source, coalesce(a.account, '') AS w_account, a.destination AS w_destination,
    s.name AS w_action, s.time / 86400000000000 AS w_day, count(DISTINCT s.access) AS n
  FROM accesses a JOIN steps s ON s.access = a.id
  WHERE a.incident = :incident AND a.is_access AND s.learned = 1 AND s.admin
    AND NOT EXISTS (SELECT 1 FROM steps o WHERE o.access = s.access AND o.name = s.name AND o.admin AND o.ordinal < s.ordinal)
  GROUP BY 1, 2, 3, 4, 5, 6)
WHERE site = w_site AND source = w_source AND account = w_account AND destination = w_destination AND action = w_action AND day = w_day
