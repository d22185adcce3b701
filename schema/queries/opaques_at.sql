-- Encrypted sessions with one address under way at some time from :from to :to, which began at :since or later and are no admin
-- access. :site :destination
SELECT o.id FROM opaque o JOIN sites t ON t.name = o.site
WHERE t.id = :site AND o.destination = :destination AND o.start BETWEEN :since AND :to AND o.end >= :from
  AND NOT EXISTS (SELECT 1 FROM accesses a WHERE a.sensor = o.sensor AND a.epoch = o.epoch AND a.seq = o.seq AND a.is_access)
ORDER BY o.start, o.id
