-- Whitelist entries in force, newest first, with what they explain. :limit
SELECT b.id, b.site, b.source, b.account, b.destination, coalesce(b.actions, '[]') AS "actions:json", b.sha256, b."when",
  b.valid_from AS "valid_from:time", b.valid_until AS "valid_until:time", b.reason, b.author, b.reference, b.created AS "created:time",
  (SELECT count(*) FROM accesses a WHERE a.baseline = b.id) AS hits,
  (SELECT max(a.end) FROM accesses a WHERE a.baseline = b.id) AS "last_hit:time"
FROM baseline b WHERE b.removed IS NULL ORDER BY b.id DESC LIMIT :limit
