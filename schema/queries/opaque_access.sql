-- An encrypted session as the access it would be. :id
SELECT o.sensor, o.epoch, o.seq, t.name, t.id, o.source, o.source_port, o.destination, o.destination_port, o.account, o.auth, o.dialect,
  o.community_id, o.start, o.end
FROM opaque o JOIN sites t ON t.name = o.site
WHERE o.id = :id AND o.source_port <> 0
