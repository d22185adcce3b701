-- :access :verdict :baseline (NULL: none)
UPDATE accesses SET verdict = :verdict, baseline = :baseline WHERE id = :access
