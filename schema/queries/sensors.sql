-- Sensors that may speak. Parameters: none but the list's :limit.
SELECT s.id, s.name, t.name AS site, s.public_key, s.software, s.enrolled AS "enrolled:time", s.last_seen AS "last_seen:time",
  s.epoch AS "epoch:hex",
  coalesce((SELECT high_water FROM epochs e WHERE e.sensor = s.id AND e.epoch = s.epoch), 0) AS high_water,
  (SELECT coalesce(sum(events), 0) FROM epochs e WHERE e.sensor = s.id) AS events,
  (SELECT coalesce(sum(lost), 0) FROM epochs e WHERE e.sensor = s.id) AS lost,
  s.health
FROM sensors s JOIN sites t ON t.id = s.site
WHERE s.revoked IS NULL ORDER BY s.name LIMIT :limit
