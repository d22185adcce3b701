-- What could not be read, the last first. :source (NULL: any) :before :limit
SELECT r.id, s.name AS source, r.input, r.line, r.reason, r.piece, r.at AS "at:time"
FROM log_rejects r JOIN log_sources s ON s.id = r.source
WHERE (:source IS NULL OR r.source = :source) AND (:before IS NULL OR r.id < :before)
ORDER BY r.id DESC LIMIT :limit
