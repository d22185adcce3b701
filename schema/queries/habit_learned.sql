-- What habit_learn has just looked at. :before
UPDATE steps SET learned = CASE WHEN (SELECT i.close_reason FROM accesses a JOIN incidents i ON i.id = a.incident WHERE a.id = steps.access)
  IS 'true_positive' THEN 2 ELSE 1 END
WHERE admin AND learned = 0 AND last < :before
