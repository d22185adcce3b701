-- What the overview and the lists count is kept, so that nobody waits while every row is counted again.

-- Admin accesses by the hour they began in.
CREATE TABLE access_hours (
  hour    INTEGER NOT NULL,             -- its begin
  verdict INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (hour, verdict)
) STRICT, WITHOUT ROWID;
INSERT INTO access_hours SELECT start - start % 3600000000000, verdict, count(*) FROM accesses WHERE is_access GROUP BY 1, 2;
CREATE TRIGGER access_counted AFTER INSERT ON accesses WHEN NEW.is_access BEGIN
  INSERT INTO access_hours (hour, verdict, n) VALUES (NEW.start - NEW.start % 3600000000000, NEW.verdict, 1)
  ON CONFLICT (hour, verdict) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER access_recounted AFTER UPDATE OF is_access, start, verdict ON accesses
WHEN OLD.is_access <> NEW.is_access OR OLD.verdict <> NEW.verdict OR OLD.start / 3600000000000 <> NEW.start / 3600000000000 BEGIN
  UPDATE access_hours SET n = n - 1
  WHERE OLD.is_access AND hour = OLD.start - OLD.start % 3600000000000 AND verdict = OLD.verdict;
  INSERT INTO access_hours (hour, verdict, n) SELECT NEW.start - NEW.start % 3600000000000, NEW.verdict, 1 WHERE NEW.is_access
  ON CONFLICT (hour, verdict) DO UPDATE SET n = n + 1;
END;
DROP INDEX accesses_verdict;
CREATE INDEX accesses_waiting ON accesses (start, id) WHERE is_access AND verdict = 1;

-- Files that were written or read, by the hour.
CREATE TABLE file_hours (
  hour  INTEGER PRIMARY KEY,            -- its begin
  n     INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO file_hours SELECT time - time % 3600000000000, count(*), sum(bytes) FROM files WHERE action IN ('write', 'read') GROUP BY 1;
CREATE TRIGGER file_counted AFTER INSERT ON files WHEN NEW.action IN ('write', 'read') BEGIN
  INSERT INTO file_hours (hour, n, bytes) VALUES (NEW.time - NEW.time % 3600000000000, 1, NEW.bytes)
  ON CONFLICT (hour) DO UPDATE SET n = n + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER file_recounted AFTER UPDATE OF action, bytes ON files WHEN OLD.action <> NEW.action OR OLD.bytes <> NEW.bytes BEGIN
  UPDATE file_hours SET n = n - 1, bytes = bytes - OLD.bytes
  WHERE OLD.action IN ('write', 'read') AND hour = OLD.time - OLD.time % 3600000000000;
  INSERT INTO file_hours (hour, n, bytes) SELECT NEW.time - NEW.time % 3600000000000, 1, NEW.bytes WHERE NEW.action IN ('write', 'read')
  ON CONFLICT (hour) DO UPDATE SET n = n + 1, bytes = bytes + excluded.bytes;
END;
