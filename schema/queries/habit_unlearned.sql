-- What habit_unlearn has just taken back. :incident
UPDATE steps SET learned = 2 WHERE learned = 1 AND access IN (SELECT id FROM accesses WHERE incident = :incident)
