-- The first schema. Migrations are numbered, run once each in one transaction, are appended and never edited.
-- Times are ns since 1970-01-01 UTC. Epochs and protocol ids are 64 bits, kept as SQLite's signed integer.

-- A branch. Private ranges repeat between branches, so a host is (site, ip).
CREATE TABLE sites (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE             -- as people call it
) STRICT;

-- One installation of ashiato-sensor. Its identity is its CURVE public key, never what it says.
CREATE TABLE sensors (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL UNIQUE,      -- as enrolled
  site       INTEGER NOT NULL REFERENCES sites (id),
  public_key TEXT NOT NULL UNIQUE,      -- Z85; of a capture that analyze reads: its path
  enrolled   INTEGER NOT NULL,          -- when
  revoked    INTEGER,                   -- when; NULL: it may speak
  software   TEXT,                      -- what its last Hello said it runs
  last_seen  INTEGER,                   -- the collector's clock at its last Hello or batch
  epoch      INTEGER,                   -- of its last Hello or batch
  health     INTEGER                    -- events.id of its last sensor.health
) STRICT;

-- How far each sensor's spool has been stored. Moves in the same transaction as the events.
CREATE TABLE epochs (
  sensor     INTEGER NOT NULL REFERENCES sensors (id),
  epoch      INTEGER NOT NULL,          -- random id of the spool
  high_water INTEGER NOT NULL,          -- highest seq that is durable here
  events     INTEGER NOT NULL,          -- stored of this epoch
  lost       INTEGER NOT NULL,          -- numbers that never came
  PRIMARY KEY (sensor, epoch)
) STRICT, WITHOUT ROWID;

-- Facts, as the sensors stated them.
CREATE TABLE events (
  id           INTEGER PRIMARY KEY,     -- in the order of storing
  sensor       INTEGER NOT NULL REFERENCES sensors (id),
  epoch        INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  time         INTEGER NOT NULL,        -- of the request
  kind         TEXT NOT NULL,           -- 'smb.create'
  client       TEXT,                    -- address by the protocol's roles
  server       TEXT,
  community_id TEXT,                    -- of the connection
  session      INTEGER,                 -- SMB session id
  body         BLOB NOT NULL,           -- the event, protobuf
  UNIQUE (sensor, epoch, seq)
) STRICT;
CREATE INDEX events_time ON events (time, community_id);
CREATE INDEX events_flow_end ON events (time, community_id) WHERE kind = 'flow.summary';
CREATE INDEX events_connection ON events (community_id, time);

-- What happened in each hour: counted while storing, so that the overview need not count events.
CREATE TABLE hours (
  hour     INTEGER PRIMARY KEY,         -- its begin
  events   INTEGER NOT NULL,
  sessions INTEGER NOT NULL             -- logons that succeeded
) STRICT;

-- What a person works on: accesses of one source and account, close in time, that are not legitimate.
CREATE TABLE incidents (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  site         INTEGER NOT NULL REFERENCES sites (id), -- site, source, account: the group
  source       TEXT NOT NULL,
  account      TEXT,
  group_first  INTEGER NOT NULL,        -- span of all its accesses, legitimate ones too
  group_last   INTEGER NOT NULL,
  workstation  TEXT,
  severity     TEXT NOT NULL DEFAULT 'low', -- low medium high critical
  score        INTEGER NOT NULL DEFAULT 0, -- 0..100
  profile      TEXT NOT NULL DEFAULT 'unknown-admin',
  title        TEXT NOT NULL DEFAULT '', -- one plain sentence
  techniques   TEXT NOT NULL DEFAULT '[]', -- JSON array of ATT&CK ids
  destinations TEXT NOT NULL DEFAULT '[]', -- JSON array of addresses
  evidence     TEXT NOT NULL DEFAULT '[]', -- JSON array of sentences
  verdict      INTEGER,                 -- worst of its accesses; NULL: loose findings only
  first        INTEGER NOT NULL,        -- of what is not legitimate
  last         INTEGER NOT NULL,
  accesses     INTEGER NOT NULL DEFAULT 0, -- how many are not legitimate
  state        TEXT NOT NULL DEFAULT 'new', -- new acknowledged closed
  close_reason TEXT,                    -- true_positive false_positive legitimate
  closed_by_verdicts INTEGER NOT NULL DEFAULT 0, -- 1: closed because every access became legitimate; opens again by itself
  note         TEXT,
  changed_by   TEXT,                    -- who changed state or note last; NULL: nobody, or the verdicts did
  changed_at   INTEGER
) STRICT;
CREATE INDEX incidents_group ON incidents (site, source, group_last);
CREATE INDEX incidents_last ON incidents (last, id);

-- Every change of an incident's state.
CREATE TABLE incident_history (
  incident     INTEGER NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
  at           INTEGER NOT NULL,
  by           TEXT,                    -- NULL: the verdicts changed
  state        TEXT NOT NULL,           -- since then
  close_reason TEXT,
  note         TEXT
) STRICT;
CREATE INDEX incident_history_incident ON incident_history (incident);

-- Sessions with at least one successful administrator's act, and loose findings.
CREATE TABLE accesses (
  id               INTEGER PRIMARY KEY,
  sensor           INTEGER NOT NULL REFERENCES sensors (id), -- sensor, epoch, seq: the session's first event, the natural key
  epoch            INTEGER NOT NULL,
  seq              INTEGER NOT NULL,
  is_access        INTEGER NOT NULL,    -- 0: a loose finding (Zerologon, guessing)
  incident         INTEGER REFERENCES incidents (id), -- the group; stays when the verdict becomes legitimate
  site             INTEGER NOT NULL REFERENCES sites (id),
  source           TEXT NOT NULL,
  source_port      INTEGER NOT NULL,
  destination      TEXT NOT NULL,
  destination_port INTEGER NOT NULL,
  account          TEXT,                -- DOMAIN\user or user
  workstation      TEXT,
  auth             TEXT,                -- ntlm kerberos anonymous guest
  dialect          TEXT,
  community_id     TEXT,
  session          INTEGER,             -- SMB session id; NULL for RPC over TCP
  encrypted        INTEGER NOT NULL,
  start            INTEGER NOT NULL,
  end              INTEGER NOT NULL,
  verdict          INTEGER NOT NULL,    -- enum verdict: 0 legitimate 1 pending 2 unverified 3 unapproved 4 unlogged
  baseline         INTEGER REFERENCES baseline (id), -- the entry that explains it
  UNIQUE (sensor, epoch, seq)
) STRICT;
CREATE INDEX accesses_start ON accesses (start, id);
CREATE INDEX accesses_incident ON accesses (incident);
CREATE INDEX accesses_baseline ON accesses (baseline);

-- What was done in an access; like acts are one row.
CREATE TABLE steps (
  access    INTEGER NOT NULL REFERENCES accesses (id) ON DELETE CASCADE,
  ordinal   INTEGER NOT NULL,
  name      TEXT NOT NULL,              -- 'svcctl.create_service'
  time      INTEGER NOT NULL,           -- of the first
  last      INTEGER NOT NULL,
  count     INTEGER NOT NULL,
  admin     INTEGER NOT NULL,           -- an administrator's act that succeeded
  technique TEXT,                       -- ATT&CK id
  detail    TEXT,                       -- JSON object
  sensor    INTEGER NOT NULL,           -- sensor, epoch, seq of the first one's event
  epoch     INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  PRIMARY KEY (access, ordinal)
) STRICT, WITHOUT ROWID;

-- What an access was judged, whenever that changed.
CREATE TABLE verdict_history (
  access   INTEGER NOT NULL REFERENCES accesses (id) ON DELETE CASCADE,
  at       INTEGER NOT NULL,
  verdict  INTEGER NOT NULL,            -- since then
  baseline INTEGER                      -- the entry that explains it since then
) STRICT;
CREATE INDEX verdict_history_access ON verdict_history (access);

-- Files that moved, on whatever share.
CREATE TABLE files (
  id            INTEGER PRIMARY KEY,
  sensor        INTEGER NOT NULL,       -- sensor, epoch, seq: its event, the natural key
  epoch         INTEGER NOT NULL,
  seq           INTEGER NOT NULL,
  access_sensor INTEGER,                -- natural key of its access; NULL: none
  access_epoch  INTEGER,
  access_seq    INTEGER,
  site          TEXT NOT NULL,
  source        TEXT NOT NULL,
  destination   TEXT NOT NULL,
  path          TEXT NOT NULL,          -- \\server\share\path
  action        TEXT NOT NULL,          -- write read open delete rename
  bytes         INTEGER NOT NULL,
  complete      INTEGER NOT NULL,
  sha256        TEXT,                   -- hex
  kind          TEXT,                   -- by content: pe32 pe32+ mz other
  executable    INTEGER NOT NULL,
  time          INTEGER NOT NULL,
  UNIQUE (sensor, epoch, seq)
) STRICT;
CREATE INDEX files_time ON files (time, id);
CREATE INDEX files_access ON files (access_sensor, access_epoch, access_seq);

-- Sessions that are encrypted inside.
CREATE TABLE opaque (
  id          INTEGER PRIMARY KEY,
  sensor      INTEGER NOT NULL,         -- sensor, epoch, seq: the session's first event, the natural key
  epoch       INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  site        TEXT NOT NULL,
  source      TEXT NOT NULL,
  destination TEXT NOT NULL,
  account     TEXT,
  auth        TEXT,
  dialect     TEXT,
  messages    INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  start       INTEGER NOT NULL,
  end         INTEGER NOT NULL,
  UNIQUE (sensor, epoch, seq)
) STRICT;
CREATE INDEX opaque_start ON opaque (start, id);

-- Whitelist entries. NULL means any. A removed entry stays, because verdicts of the past refer to it.
CREATE TABLE baseline (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  source      TEXT,
  account     TEXT,
  destination TEXT,
  actions     TEXT,                     -- JSON array
  sha256      TEXT,
  "when"      TEXT,                     -- "Mon-Fri 08:00-18:00 Europe/Zurich"
  valid_from  INTEGER,
  valid_until INTEGER,
  reason      TEXT NOT NULL,
  author      TEXT,
  created     INTEGER NOT NULL,
  removed     INTEGER,                  -- when; NULL: in force
  removed_by  TEXT
) STRICT;

-- People.
CREATE TABLE users (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password TEXT NOT NULL,               -- argon2id, libsodium's string
  created  INTEGER NOT NULL
) STRICT;

-- Who is logged in.
CREATE TABLE sessions (
  token     BLOB PRIMARY KEY,           -- BLAKE2b of the cookie: who reads the database cannot log in with it
  user      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  csrf      TEXT NOT NULL,
  created   INTEGER NOT NULL,
  last_used INTEGER NOT NULL            -- to the minute
) STRICT, WITHOUT ROWID;

-- Wrong passwords of late.
CREATE TABLE login_failures (
  at      INTEGER NOT NULL,
  user    TEXT NOT NULL COLLATE NOCASE, -- as typed
  address TEXT NOT NULL
) STRICT;
CREATE INDEX login_failures_at ON login_failures (at);

-- Who changed what.
CREATE TABLE audit (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  by     TEXT NOT NULL,                 -- a user, or 'command line'
  action TEXT NOT NULL,                 -- 'baseline.add'
  object TEXT,                          -- what was changed
  detail TEXT                           -- JSON object
) STRICT;
