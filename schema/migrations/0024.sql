-- What could not be read is kept once, however often it comes.
DELETE FROM log_rejects WHERE id NOT IN (SELECT min(id) FROM log_rejects GROUP BY source, line, reason, piece);
CREATE UNIQUE INDEX log_rejects_once ON log_rejects (source, line, reason, piece);
