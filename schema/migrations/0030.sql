-- What the lists show of an admin access but its steps, once for all of them.
CREATE VIEW access_rows AS
SELECT a.id, CASE WHEN a.verdict <> 0 THEN a.incident END AS incident, t.name AS site,
  a.source, a.source_port, a.destination, a.destination_port, coalesce(a.account, e.account) AS account, a.workstation, a.auth, a.dialect,
  a.verdict AS "verdict:verdict", a.start AS "start:time", a.end AS "end:time", a.encrypted AS "encrypted:bool", a.community_id,
  a.session AS "session_id:hex", e.log AS "log:json", a.baseline,
  coalesce(e.findings, '[]') AS "findings:json", coalesce(e.evidence, '[]') AS "evidence:json",
  s.name AS sensor
FROM accesses a JOIN sites t ON t.id = a.site JOIN sensors s ON s.id = a.sensor LEFT JOIN access_evidence e ON e.access = a.id;

-- What an entry explains, newest first.
CREATE INDEX accesses_entry ON accesses (baseline, start, id) WHERE baseline IS NOT NULL;

-- Incidents by state, so that nobody counts the open ones each time.
CREATE TABLE incident_counts (
  state    TEXT NOT NULL,
  severity TEXT NOT NULL,
  n        INTEGER NOT NULL,
  PRIMARY KEY (state, severity)
) STRICT, WITHOUT ROWID;
INSERT INTO incident_counts SELECT state, severity, count(*) FROM incidents GROUP BY 1, 2;
CREATE TRIGGER incident_counted AFTER INSERT ON incidents BEGIN
  INSERT INTO incident_counts (state, severity, n) VALUES (NEW.state, NEW.severity, 1) ON CONFLICT (state, severity) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER incident_uncounted AFTER DELETE ON incidents BEGIN
  UPDATE incident_counts SET n = n - 1 WHERE state = OLD.state AND severity = OLD.severity;
END;
CREATE TRIGGER incident_recounted AFTER UPDATE OF state, severity ON incidents
WHEN OLD.state <> NEW.state OR OLD.severity <> NEW.severity BEGIN
  UPDATE incident_counts SET n = n - 1 WHERE state = OLD.state AND severity = OLD.severity;
  INSERT INTO incident_counts (state, severity, n) VALUES (NEW.state, NEW.severity, 1) ON CONFLICT (state, severity) DO UPDATE SET n = n + 1;
END;
DROP INDEX incidents_state;

-- Their pages, by time and by score, walked without reading the incidents that are not on them.
DROP INDEX incidents_last;
CREATE INDEX incidents_last ON incidents (last, id, state, score, verdict, first);
CREATE INDEX incidents_score ON incidents (score, last, id, state, verdict, first);
