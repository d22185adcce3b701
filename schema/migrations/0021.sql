-- What the clock of a log's host was taken to show more than UTC: a row whenever another way of knowing it, or another offset by a
-- second or more, took over.
CREATE TABLE log_clocks (
  host    INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  at      INTEGER NOT NULL,             -- the collector's clock
  how     TEXT NOT NULL,                -- configured logons zone receipt neighbours
  offset  INTEGER NOT NULL,             -- ns
  matches INTEGER NOT NULL              -- matched logons it rested on
) STRICT;
CREATE INDEX log_clocks_host ON log_clocks (host);
