-- What the hosts of a source write together: a file that holds the logons of one host would hold those of another.
ALTER TABLE log_sources ADD COLUMN acts INTEGER NOT NULL DEFAULT 0; -- bits: 1 << enum log_act
UPDATE log_sources SET acts = CASE WHEN EXISTS (SELECT 1 FROM log_hosts h WHERE h.source = log_sources.id AND h.acts & 2147485246 <> 0)
  THEN 2147483648 ELSE 0 END;
