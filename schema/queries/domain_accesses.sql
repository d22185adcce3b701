-- The accesses of a domain's people under either name, the latest: more are not judged again for a name. :site :netbios :dns
SELECT id FROM accesses
WHERE site = :site AND is_access AND instr(account, '\') > 0
  AND (substr(account, 1, instr(account, '\') - 1) = :netbios COLLATE NOCASE OR substr(account, 1, instr(account, '\') - 1) = :dns COLLATE NOCASE)
ORDER BY start DESC LIMIT 10000
