-- Differs whenever the entries in force differ: entries are added and removed, never edited.
SELECT coalesce(max(id), 0) * 1000003 + count(removed) FROM baseline
