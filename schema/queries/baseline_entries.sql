-- The entries in force, by id.
SELECT id, site, source, account, destination, actions, sha256, "when", valid_from, valid_until, reason, author, reference
FROM baseline WHERE removed IS NULL ORDER BY id
