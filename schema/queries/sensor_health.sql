-- The event added last is its newest sensor.health. :sensor
UPDATE sensors SET health = last_insert_rowid() WHERE id = :sensor
