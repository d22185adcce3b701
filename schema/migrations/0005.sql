-- Matching of server logs with what the network saw.

-- Logons that sensors saw: what records of server logs are held against.
CREATE TABLE wire_logons (
  id          INTEGER PRIMARY KEY,
  site        INTEGER NOT NULL REFERENCES sites (id),
  kind        INTEGER NOT NULL,         -- enum wire_kind: 0 SMB session 1 RPC association 2 Kerberos exchange
  client      TEXT NOT NULL,
  client_port INTEGER NOT NULL,
  server      TEXT NOT NULL,
  time        INTEGER NOT NULL          -- of the request
) STRICT;
CREATE INDEX wire_logons_client ON wire_logons (client, client_port, time);

-- When each sensor had something to say; spans less than five minutes apart are one.
CREATE TABLE sensor_spans (
  sensor INTEGER NOT NULL REFERENCES sensors (id),
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (sensor, first)
) STRICT, WITHOUT ROWID;

-- What the network calls a host.
CREATE TABLE host_names (
  site    INTEGER NOT NULL REFERENCES sites (id),
  address TEXT NOT NULL,
  name    TEXT NOT NULL COLLATE NOCASE, -- 'fs1' or 'fs1.lab.example'
  label   TEXT NOT NULL COLLATE NOCASE, -- up to its first point
  how     TEXT NOT NULL,                -- spn ntlm unc: from a ticket, the server's own challenge, a path that a client used
  PRIMARY KEY (site, address, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_names_label ON host_names (site, label);

-- What a host is known to write, and how far its log has been held against the accesses.
ALTER TABLE log_hosts ADD COLUMN acts INTEGER NOT NULL DEFAULT 0; -- bits: 1 << enum log_act
ALTER TABLE log_hosts ADD COLUMN receipt INTEGER;       -- offset that its forwarder's receipt times show, by majority
ALTER TABLE log_hosts ADD COLUMN receipt_votes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_hosts ADD COLUMN judged_first INTEGER;  -- first and last when its accesses were judged last
ALTER TABLE log_hosts ADD COLUMN judged_last INTEGER;

-- Pairs of record and wire logon from which a host's offset is estimated; at most 256 each.
CREATE TABLE log_samples (
  host   INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  hash   INTEGER NOT NULL,
  delta  INTEGER NOT NULL,              -- written minus wire
  whole  INTEGER NOT NULL,              -- 1: the log writes whole seconds
  server TEXT NOT NULL,                 -- address of the wire logon's server
  PRIMARY KEY (host, hash)
) STRICT, WITHOUT ROWID;

-- What the server's log has of an access.
CREATE TABLE access_evidence (
  access   INTEGER PRIMARY KEY REFERENCES accesses (id) ON DELETE CASCADE,
  account  TEXT,                        -- DOMAIN\user as the log names it
  log      TEXT,                        -- JSON object: the record that confirms it and those tied to it
  findings TEXT NOT NULL,               -- JSON array: missing_records
  evidence TEXT NOT NULL                -- JSON array of sentences
) STRICT;
ALTER TABLE verdict_history ADD COLUMN evidence TEXT;   -- the first sentence, as it was then
CREATE INDEX accesses_destination ON accesses (site, destination, start);

-- Admin logons that a server logged while sensors of its site listened, and none of them saw.
CREATE TABLE log_only (
  record      INTEGER PRIMARY KEY REFERENCES log_records (id) ON DELETE CASCADE, -- the logon, or the share access
  site        INTEGER NOT NULL REFERENCES sites (id),
  host        INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  time        INTEGER NOT NULL,         -- UTC
  source      TEXT NOT NULL,
  source_port INTEGER NOT NULL,
  account     TEXT,
  because     TEXT NOT NULL             -- what makes it an administrator's: one sentence
) STRICT;
CREATE INDEX log_only_time ON log_only (time);
CREATE INDEX log_only_client ON log_only (source, source_port, time);

-- A log that is cleared, stops or goes backwards.
CREATE TABLE log_alerts (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  host   INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  kind   TEXT NOT NULL,                 -- cleared stopped backwards
  time   INTEGER NOT NULL,              -- UTC as far as the offset is known
  text   TEXT NOT NULL,                 -- one sentence
  at     INTEGER NOT NULL,              -- the collector's clock
  UNIQUE (host, kind, time)
) STRICT;
