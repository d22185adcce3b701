-- Events of the connections that two hosts of a site had, in a span of time. :site :source :destination :from :to :limit
SELECT e.id, e.sensor, e.epoch, s.site, s.name, t.name, e.body
FROM events e JOIN sensors s ON s.id = e.sensor JOIN sites t ON t.id = s.site
WHERE e.time BETWEEN :from AND :to AND s.site = :site AND e.client = :source AND e.server = :destination
ORDER BY e.time, e.id LIMIT :limit
