-- Habits: what administrators have been seen to do, day by day (collector/baseline/habits.h).

-- One day of one habit. Days and hours are UTC's.
CREATE TABLE habit_days (
  site        INTEGER NOT NULL REFERENCES sites (id),
  source      TEXT NOT NULL,
  account     TEXT NOT NULL,            -- '' unknown
  destination TEXT NOT NULL,
  action      TEXT NOT NULL,            -- name of an admin step
  day         INTEGER NOT NULL,         -- since 1970-01-01
  hours       INTEGER NOT NULL,         -- bit h: in the hour that begins at h
  accesses    INTEGER NOT NULL,
  last        INTEGER NOT NULL,         -- time of the last one
  PRIMARY KEY (site, source, account, destination, action, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX habit_days_day ON habit_days (day);

-- 0: not yet, 1: its habit has this act, 2: taken back, because a person called its incident an attack
ALTER TABLE steps ADD COLUMN learned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX steps_to_learn ON steps (last) WHERE admin AND learned = 0;

-- Suggestions that a person has turned down.
CREATE TABLE habit_refusals (
  site        INTEGER NOT NULL REFERENCES sites (id),
  source      TEXT NOT NULL,
  account     TEXT NOT NULL,
  destination TEXT NOT NULL,
  by          TEXT NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (site, source, account, destination)
) STRICT, WITHOUT ROWID;

-- What people set for the whole collector.
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
