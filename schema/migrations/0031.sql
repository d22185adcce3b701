-- Where lines of a source could not be read: between the last record before them and the first behind, in the order in which they came.
CREATE TABLE log_unread (
  source   INTEGER NOT NULL REFERENCES log_sources (id) ON DELETE CASCADE,
  has_zone INTEGER NOT NULL,            -- of those records, whose times are as written
  first    INTEGER NOT NULL,
  last     INTEGER NOT NULL,
  lines    INTEGER NOT NULL,
  PRIMARY KEY (source, has_zone, first)
) STRICT, WITHOUT ROWID;
