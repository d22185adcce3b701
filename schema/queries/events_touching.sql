-- Events of the connections in which an incident touched a destination, by time. :incident :destination :from :to :limit
SELECT e.id, e.sensor, e.epoch, s.site, s.name, t.name, e.body
FROM events e JOIN sensors s ON s.id = e.sensor JOIN sites t ON t.id = s.site
WHERE e.community_id IN (SELECT community_id FROM accesses WHERE incident = :incident AND destination = :destination)
  AND e.time BETWEEN :from AND :to
ORDER BY e.time, e.id LIMIT :limit
