-- What an access was first judged; nothing if that is known. :access :now :verdict :baseline :evidence
INSERT INTO verdict_history (access, at, verdict, baseline, evidence)
SELECT :access, :now, :verdict, :baseline, :evidence WHERE NOT EXISTS (SELECT 1 FROM verdict_history WHERE access = :access)
