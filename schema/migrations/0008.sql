-- The normal profile of the network: what each host began in each hour.
CREATE TABLE norm_hours (
  hour     INTEGER NOT NULL,            -- since 1970-01-01 UTC
  site     INTEGER NOT NULL REFERENCES sites (id),
  host     TEXT NOT NULL,               -- the client
  sessions INTEGER NOT NULL,            -- logons that succeeded
  bytes    INTEGER NOT NULL,            -- of its connections that ended, both ways
  PRIMARY KEY (hour, site, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX norm_hours_host ON norm_hours (site, host, hour);
