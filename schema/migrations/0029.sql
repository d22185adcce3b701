-- What a host's log covers, trail by trail (enum log_trail: 0 whatever it writes, 1 Security, 2 System, 3 TaskScheduler, 4 auth_json_audit,
-- 5 vfs_full_audit): one channel that goes on does not vouch for another.
CREATE TABLE log_spans_of_trails (
  host  INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  trail INTEGER NOT NULL,
  first INTEGER NOT NULL,               -- as written
  last  INTEGER NOT NULL,
  PRIMARY KEY (host, trail, first)
) STRICT, WITHOUT ROWID;
INSERT INTO log_spans_of_trails SELECT host, 0, first, last FROM log_spans;

CREATE TABLE log_trails (
  host         INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  trail        INTEGER NOT NULL,
  acts         INTEGER NOT NULL,        -- bits: 1 << enum log_act of whatever was written to it
  first        INTEGER NOT NULL,        -- as written
  last         INTEGER NOT NULL,
  logons_first INTEGER,                 -- the first and the last logon over the network that it tells; NULL: none
  logons_last  INTEGER,
  PRIMARY KEY (host, trail)
) STRICT, WITHOUT ROWID;

-- What is stored already, as far as it is.
CREATE TEMP TABLE told AS
  SELECT r.host, r.time, r.act,
    CASE WHEN r.channel = 'Security' THEN 1 WHEN r.channel = 'System' THEN 2 WHEN r.channel LIKE '%TaskScheduler%' THEN 3
      WHEN r.channel IS NOT NULL THEN 0 WHEN r.provider IN ('Authentication', 'Authorization', 'KDC Authorization') THEN 4
      WHEN r.provider = 'smbd_audit' THEN 5 WHEN r.event_id = 1102 OR r.event_id BETWEEN 4608 AND 5599 THEN 1
      WHEN r.event_id IN (7036, 7045) THEN 2 WHEN r.event_id IN (106, 140, 141) THEN 3 ELSE 0 END AS trail,
    r.act = 1 AND r.source_address IS NOT NULL AND coalesce(r.logon_type, 3) IN (3, 8) AND r.source_address NOT LIKE '127.%'
      AND r.source_address <> '::1' AS is_logon
  FROM log_records r;
INSERT INTO log_spans_of_trails
  SELECT s.host, t.trail, min(t.time), max(t.time) FROM log_spans s JOIN told t ON t.host = s.host AND t.time BETWEEN s.first AND s.last
  WHERE t.trail > 0 GROUP BY s.host, s.first, t.trail;
INSERT INTO log_trails
  SELECT host, trail, sum(DISTINCT 1 << act), min(time), max(time), min(CASE WHEN is_logon THEN time END), max(CASE WHEN is_logon THEN time END)
  FROM told WHERE trail > 0 GROUP BY host, trail;
DROP TABLE told;
DROP TABLE log_spans;
ALTER TABLE log_spans_of_trails RENAME TO log_spans;

-- Of how many hosts it has told logons over the network: a file that holds those of others would hold a host's own.
ALTER TABLE log_sources ADD COLUMN tellers INTEGER NOT NULL DEFAULT 0;
UPDATE log_sources SET tellers = (SELECT count(DISTINCT h.name) FROM log_hosts h JOIN log_trails t ON t.host = h.id
  WHERE h.source = log_sources.id AND t.logons_first IS NOT NULL);
ALTER TABLE log_sources DROP COLUMN acts;
ALTER TABLE log_hosts DROP COLUMN acts;
