-- Sites and since when a sensor watches them.
SELECT t.id, t.name, min(s.enrolled) FROM sites t JOIN sensors s ON s.site = t.id GROUP BY t.id ORDER BY t.name
