-- Drop all but the last rejects of a source. :source :keep
DELETE FROM log_rejects
WHERE source = :source AND id <= (SELECT id FROM log_rejects WHERE source = :source ORDER BY id DESC LIMIT 1 OFFSET :keep)
