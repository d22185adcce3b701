-- Events of the connections that spoke at or after :since, from their beginning, in the order they were stored; and those
-- without a connection since then.
SELECT e.id, e.sensor, e.epoch, s.site, s.name, t.name, e.body
FROM events e JOIN sensors s ON s.id = e.sensor JOIN sites t ON t.id = s.site
WHERE e.community_id IN (SELECT DISTINCT community_id FROM events WHERE time >= :since)
   OR (e.community_id IS NULL AND e.time >= :since)
ORDER BY e.id
