-- What a host's log covers: from first to last, where nothing is missing for longer than two weeks; a record that a broken clock
-- dates years back or ahead is a span of its own.
CREATE TABLE log_spans (
  host  INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  first INTEGER NOT NULL,               -- as written
  last  INTEGER NOT NULL,
  PRIMARY KEY (host, first)
) STRICT, WITHOUT ROWID;
INSERT INTO log_spans (host, first, last) SELECT id, first, last FROM log_hosts;

ALTER TABLE log_hosts ADD COLUMN alive INTEGER;       -- UTC: its sender has said that it has sent everything until then
ALTER TABLE log_hosts ADD COLUMN received INTEGER;    -- UTC: the earliest time at which a forwarder got a record of it
ALTER TABLE log_sources ADD COLUMN received INTEGER;  -- and of any host of the source: the collector of a file lived from then on
