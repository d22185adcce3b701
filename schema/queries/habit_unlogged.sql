-- 1 if a living log lacks the logon of such an access. :site :source :account :destination
SELECT 1 FROM accesses
WHERE site = :site AND destination = :destination AND source = :source AND coalesce(account, '') = :account AND is_access AND verdict = 4
LIMIT 1
