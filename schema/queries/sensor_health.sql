-- Its newest sensor.health. :sensor :event
UPDATE sensors SET health = :event WHERE id = :sensor
