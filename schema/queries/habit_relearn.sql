-- :incident is no attack after all: its acts may be learned.
UPDATE steps SET learned = 0 WHERE learned = 2 AND access IN (SELECT id FROM accesses WHERE incident = :incident)
