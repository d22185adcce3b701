-- A verdict changed. :access :now :verdict :baseline :evidence
INSERT INTO verdict_history (access, at, verdict, baseline, evidence)
VALUES (:access, :now, :verdict, :baseline, :evidence)
