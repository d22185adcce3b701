-- :sensor :first
DELETE FROM sensor_spans WHERE sensor = :sensor AND first = :first
