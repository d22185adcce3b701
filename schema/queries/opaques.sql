-- Encrypted sessions, newest first. :text :from :to (NULL: any); :before (id of the last row of the page before) :limit
WITH found AS NOT MATERIALIZED (
  SELECT o.id FROM opaque o
  WHERE (:from IS NULL OR o.end >= :from) AND (:to IS NULL OR o.start < :to)
    AND (:text IS NULL OR instr(lower(o.source || ' ' || o.destination || ' ' || coalesce(o.account, '')), lower(:text)))
)
SELECT CASE WHEN coalesce(:text, :from, :to) IS NULL THEN (SELECT count(*) FROM opaque) ELSE (SELECT count(*) FROM found) END AS ":total", o.id, o.source, o.destination, o.account, o.auth, o.dialect, o.site, o.messages,
  o.bytes, o.start AS "start:time", o.end AS "end:time"
FROM found JOIN opaque o ON o.id = found.id
WHERE o.start <= coalesce((SELECT start FROM opaque WHERE id = :before), 9223372036854775807)
  AND (:before IS NULL OR (o.start, o.id) < (SELECT start, id FROM opaque WHERE id = :before))
ORDER BY o.start DESC, o.id DESC LIMIT :limit
