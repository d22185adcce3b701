-- The whitelist, newest first, with what each entry explains. :state ('in_force' 'ended' 'ending' 'unused'; NULL: any) :text :entry
-- (NULL: any); :from now, :to what ends before it ends soon; :before (id of the last row of the page before) :limit
-- Unused: in force, and has explained nothing for ninety days.
WITH found AS NOT MATERIALIZED (
  SELECT b.id FROM baseline b
  WHERE b.removed IS NULL AND (:entry IS NULL OR b.id = :entry)
    AND CASE :state
      WHEN 'in_force' THEN coalesce(b.valid_until, :from) >= :from
      WHEN 'ended' THEN b.valid_until < :from
      WHEN 'ending' THEN b.valid_until >= :from AND b.valid_until < :to
      WHEN 'unused' THEN coalesce(b.valid_until, :from) >= :from
        AND coalesce((SELECT max(a.end) FROM accesses a WHERE a.baseline = b.id), b.created) < :from - 7776000000000000
      ELSE 1 END
    AND (:text IS NULL OR instr(lower(coalesce(b.site, '') || ' ' || coalesce(b.source, '') || ' ' || coalesce(b.account, '') || ' '
      || coalesce(b.destination, '') || ' ' || coalesce(b.actions, '') || ' ' || coalesce(b.reason, '') || ' ' || coalesce(b.reference, '')
      || ' ' || coalesce(b.author, '') || ' ' || coalesce(b.sha256, '')), lower(:text)))
)
SELECT (SELECT count(*) FROM found) AS ":total", b.id, b.site, b.source, b.account, b.destination,
  coalesce(b.actions, '[]') AS "actions:json", b.sha256, b."when", b.valid_from AS "valid_from:time", b.valid_until AS "valid_until:time",
  b.reason, b.author, b.reference, b.created AS "created:time",
  (SELECT count(*) FROM accesses a WHERE a.baseline = b.id) AS hits,
  (SELECT max(a.end) FROM accesses a WHERE a.baseline = b.id) AS "last_hit:time"
FROM found JOIN baseline b ON b.id = found.id
WHERE :before IS NULL OR b.id < :before
ORDER BY b.id DESC LIMIT :limit
