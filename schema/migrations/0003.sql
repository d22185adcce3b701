-- Server access logs (ledger L1).

-- Whence records come: an imported file, a sender with a token, a syslog peer, a watched folder.
CREATE TABLE log_sources (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL UNIQUE,      -- as people call it
  kind       TEXT NOT NULL,             -- file upload syslog folder
  format     TEXT,                      -- a format's name; NULL: told by the content
  site       INTEGER NOT NULL REFERENCES sites (id), -- of the hosts it writes about
  token      BLOB UNIQUE,               -- BLAKE2b of its bearer token; NULL: may not upload
  address    TEXT,                      -- peer address of a syslog sender
  offset     INTEGER,                   -- set by a person: what its clocks without a zone show minus UTC, ns
  records    INTEGER NOT NULL DEFAULT 0, -- stored
  others     INTEGER NOT NULL DEFAULT 0, -- read, of no use to the ledger: they only show that the log lives
  duplicates INTEGER NOT NULL DEFAULT 0, -- came again
  rejected   INTEGER NOT NULL DEFAULT 0, -- could not be read
  error      TEXT,                      -- what went wrong last, one sentence
  created    INTEGER NOT NULL,
  last_seen  INTEGER                    -- the collector's clock when something came last
) STRICT;
CREATE INDEX log_sources_address ON log_sources (address);

-- One clock: a host as one source writes it; its records with a zone are apart from those without. The log covers the host
-- from first to last.
CREATE TABLE log_hosts (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  source    INTEGER NOT NULL REFERENCES log_sources (id) ON DELETE CASCADE,
  name      TEXT NOT NULL COLLATE NOCASE, -- as written first
  has_zone  INTEGER NOT NULL,           -- 1: its times name their zone
  first     INTEGER NOT NULL,           -- as written, like every time of a record
  last      INTEGER NOT NULL,           -- the watermark
  heard     INTEGER NOT NULL,           -- the collector's clock when last moved
  records   INTEGER NOT NULL DEFAULT 0, -- stored
  offset_set INTEGER,                   -- by a person for this host, before the source's
  offset    INTEGER,                    -- estimated from matched logons: written minus UTC, ns
  matches   INTEGER NOT NULL DEFAULT 0, -- how many logons the estimate rests on
  UNIQUE (source, name, has_zone)
) STRICT;

-- Addresses a host is known to have.
CREATE TABLE log_host_addresses (
  host    INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  address TEXT NOT NULL,                -- canonical text
  how     TEXT NOT NULL,                -- own (the record says so) logon spn ntlm configured
  PRIMARY KEY (host, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_host_addresses_address ON log_host_addresses (address);

-- What the servers wrote; the columns are those of struct log_record. NULL: the log does not say.
CREATE TABLE log_records (
  id             INTEGER PRIMARY KEY,   -- in the order of storing
  host           INTEGER NOT NULL REFERENCES log_hosts (id) ON DELETE CASCADE,
  key_high       INTEGER NOT NULL,      -- key_high, key_low: natural key within the host (logs/key.h)
  key_low        INTEGER NOT NULL,
  time           INTEGER NOT NULL,      -- as written: minus the host's offset it is UTC
  received       INTEGER,
  act            INTEGER NOT NULL,      -- enum log_act
  outcome        INTEGER NOT NULL,      -- enum log_outcome
  event_id       INTEGER,
  record_id      INTEGER,
  provider       TEXT,
  channel        TEXT,
  account        TEXT COLLATE NOCASE,
  domain         TEXT COLLATE NOCASE,
  sid            TEXT,
  logon_id       INTEGER,
  source_address TEXT,
  source_port    INTEGER,
  server_address TEXT,
  server_port    INTEGER,
  workstation    TEXT,
  logon_type     INTEGER,
  logon_process  TEXT,
  package        TEXT,
  key_length     INTEGER,
  etype          INTEGER,
  status         INTEGER,
  share          TEXT,
  object         TEXT,
  service        TEXT,
  service_path   TEXT,
  task           TEXT,
  process        TEXT,
  line           INTEGER                -- of the input
) STRICT;
CREATE UNIQUE INDEX log_records_key ON log_records (host, key_high, key_low);
CREATE INDEX log_records_time ON log_records (host, time);
CREATE INDEX log_records_logon ON log_records (host, logon_id) WHERE logon_id IS NOT NULL;
CREATE INDEX log_records_endpoint ON log_records (source_address, source_port, time) WHERE source_address IS NOT NULL;
-- Of who acted: logons and what a domain controller granted for them, not what followed inside.
CREATE INDEX log_records_account ON log_records (account, time) WHERE act IN (1, 2, 4, 6, 7, 8);

-- The bulk of a record, apart so that searching does not read it.
CREATE TABLE log_texts (
  record       INTEGER PRIMARY KEY REFERENCES log_records (id) ON DELETE CASCADE,
  task_content TEXT,                    -- a registered task's XML
  raw          TEXT                     -- as it came, cut where it is longer than the bound
) STRICT;

-- What could not be read: the last ones of each source.
CREATE TABLE log_rejects (
  id     INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES log_sources (id) ON DELETE CASCADE,
  input  TEXT NOT NULL,                 -- file or peer
  line   INTEGER NOT NULL,              -- of the input, from 1
  reason TEXT NOT NULL,
  piece  TEXT,                          -- its beginning
  at     INTEGER NOT NULL               -- the collector's clock
) STRICT;
CREATE INDEX log_rejects_source ON log_rejects (source, id);

-- How far each file of a source has been read, so that a restart goes on there.
CREATE TABLE log_files (
  id         INTEGER PRIMARY KEY,
  source     INTEGER NOT NULL REFERENCES log_sources (id) ON DELETE CASCADE,
  path       TEXT NOT NULL,             -- where it lay last
  head       BLOB NOT NULL,             -- BLAKE2b of its first head_bytes: known again under another name
  head_bytes INTEGER NOT NULL,
  bytes      INTEGER NOT NULL,          -- read, to the end of a record
  line       INTEGER NOT NULL,          -- records or lines read
  UNIQUE (source, head, head_bytes)
) STRICT;
