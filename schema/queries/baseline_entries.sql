-- The entries in force, by id.
SELECT id, source, account, destination, actions, sha256, "when", valid_from, valid_until, reason, author
FROM baseline WHERE removed IS NULL ORDER BY id
