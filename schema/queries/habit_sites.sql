-- Sites and since when a sensor watches them; what stands for the server logs of a site (log_sensor.sql) watches nothing.
SELECT t.id, t.name, min(s.enrolled) FROM sites t JOIN sensors s ON s.site = t.id AND s.revoked IS NOT 0 GROUP BY t.id ORDER BY t.name
