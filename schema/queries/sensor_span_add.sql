-- :sensor :first :last
INSERT INTO sensor_spans (sensor, first, last) VALUES (:sensor, :first, :last)
