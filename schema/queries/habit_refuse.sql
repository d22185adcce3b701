-- A person turned a suggestion down. :site (its name) :source :account :destination :by :now
INSERT INTO habit_refusals (site, source, account, destination, by, at)
SELECT id, :source, :account, :destination, :by, :now FROM sites WHERE name = :site
ON CONFLICT DO UPDATE SET by = excluded.by, at = excluded.at
