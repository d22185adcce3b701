-- One event. :id
SELECT e.id, e.sensor, e.epoch, s.site, s.name, t.name, e.body
FROM events e JOIN sensors s ON s.id = e.sensor JOIN sites t ON t.id = s.site
WHERE e.id = :id
