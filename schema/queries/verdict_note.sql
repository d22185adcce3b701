-- A verdict changed. :access :now :verdict :baseline
INSERT INTO verdict_history (access, at, verdict, baseline) VALUES (:access, :now, :verdict, :baseline)
