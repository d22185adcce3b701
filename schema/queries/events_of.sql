-- Events of the connections of an access or of an incident, newest first, from a minute before each began, when the dialect was
-- negotiated. :access :incident (one of them); :kind :text :from :to (NULL: any); :before (id of the last row of the page before) :limit
WITH found AS (
  SELECT DISTINCT e.id
  FROM accesses a JOIN events e ON e.community_id = a.community_id
    AND e.time BETWEEN a.start - 60000000000 AND a.end + 60000000000
  WHERE (a.id = :access OR a.incident = :incident)
    AND (:kind IS NULL OR e.kind = :kind)
    AND (:from IS NULL OR e.time >= :from) AND (:to IS NULL OR e.time < :to)
    AND (:text IS NULL OR instr(lower(coalesce(e.client, '') || ' ' || coalesce(e.server, '') || ' ' || e.kind || ' '
      || coalesce(e.community_id, '')), lower(:text)))
)
SELECT e.id, e.sensor, e.epoch, s.site, s.name, t.name, e.body, (SELECT count(*) FROM found)
FROM found JOIN events e ON e.id = found.id JOIN sensors s ON s.id = e.sensor JOIN sites t ON t.id = s.site
WHERE e.time <= coalesce((SELECT time FROM events WHERE id = :before), 9223372036854775807)
  AND (:before IS NULL OR (e.time, e.id) < (SELECT time, id FROM events WHERE id = :before))
ORDER BY e.time DESC, e.id DESC LIMIT :limit
