-- Clocks are corrected and step: what a host's clock shows is estimated day by day, from the logons of that day and those nearest to it.
ALTER TABLE log_samples ADD COLUMN day INTEGER NOT NULL DEFAULT 0; -- of the wire logon, UTC, since 1970
UPDATE log_samples SET day = (SELECT h.last / 86400000000000 FROM log_hosts h WHERE h.id = log_samples.host);
CREATE INDEX log_samples_day ON log_samples (host, day, hash);
CREATE TABLE log_offsets (
  host    INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  day     INTEGER NOT NULL,             -- UTC, since 1970
  offset  INTEGER NOT NULL,             -- written minus UTC, ns
  other   INTEGER,                      -- what some more logons of the day show: the clock was set during it
  matches INTEGER NOT NULL,
  PRIMARY KEY (host, day)
) STRICT, WITHOUT ROWID;
INSERT INTO log_offsets SELECT id, last / 86400000000000, offset, NULL, matches FROM log_hosts WHERE matches > 0 AND offset IS NOT NULL;
