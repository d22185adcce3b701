-- Addresses that people gave hosts whose name begins with that label. :site :label
SELECT address, name, 'configured' FROM named_hosts
WHERE site = :site AND substr(name, 1, instr(name || '.', '.') - 1) = :label COLLATE NOCASE ORDER BY address, name
