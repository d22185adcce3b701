-- Since when a sensor watches :site; what stands for its server logs (log_sensor.sql) watches nothing.
SELECT min(enrolled) FROM sensors WHERE site = :site AND revoked IS NOT 0
