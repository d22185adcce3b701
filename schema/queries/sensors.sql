-- Sensors that may speak. :limit. total() because a sensor gone bad may claim any number, and sum() would overflow.
SELECT s.id, s.name, t.name AS site, s.public_key, s.software, s.enrolled AS "enrolled:time", s.last_seen AS "last_seen:time",
  s.epoch AS "epoch:hex",
  coalesce((SELECT high_water FROM epochs e WHERE e.sensor = s.id AND e.epoch = s.epoch), 0) AS high_water,
  (SELECT CAST(total(events) AS INTEGER) FROM epochs e WHERE e.sensor = s.id) AS events,
  (SELECT CAST(total(lost) AS INTEGER) FROM epochs e WHERE e.sensor = s.id) AS lost,
  s.health
FROM sensors s JOIN sites t ON t.id = s.site
WHERE s.revoked IS NULL ORDER BY s.name LIMIT :limit
