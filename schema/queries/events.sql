-- Events, newest first. :kind :text :from :to (NULL: any); :before (id of the last row of the page before) :limit
WITH found AS NOT MATERIALIZED (
  SELECT e.id FROM events e
  WHERE (:kind IS NULL OR e.kind = :kind)
    AND (:from IS NULL OR e.time >= :from) AND (:to IS NULL OR e.time < :to)
    AND (:text IS NULL OR instr(lower(coalesce(e.client, '') || ' ' || coalesce(e.server, '') || ' ' || e.kind || ' '
      || coalesce(e.community_id, '')), lower(:text)))
)
SELECT e.id, e.sensor, e.epoch, s.site, s.name, t.name, e.body,
  CASE WHEN coalesce(:kind, :from, :to, :text) IS NULL THEN (SELECT sum(events) FROM epochs)
       ELSE (SELECT count(*) FROM found) END
FROM found JOIN events e ON e.id = found.id JOIN sensors s ON s.id = e.sensor JOIN sites t ON t.id = s.site
WHERE e.time <= coalesce((SELECT time FROM events WHERE id = :before), 9223372036854775807)
  AND (:before IS NULL OR (e.time, e.id) < (SELECT time, id FROM events WHERE id = :before))
ORDER BY e.time DESC, e.id DESC LIMIT :limit
