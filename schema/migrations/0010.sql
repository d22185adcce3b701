-- Hosts that people have named: whitelist entries may say "jump1" instead of an address.
CREATE TABLE named_hosts (
  site    INTEGER NOT NULL REFERENCES sites (id),
  name    TEXT NOT NULL COLLATE NOCASE,
  address TEXT NOT NULL,                -- canonical text
  by      TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (site, name, address)
) STRICT, WITHOUT ROWID;
