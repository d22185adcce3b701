-- What a person or a server's own log says of names and addresses; what the wire says is not among it, nor what a log claims that
-- another host has more surely, nor what a stream claims of an address that the wire knows by other names alone. :limit
SELECT t.name AS site, n.name, n.address, n.by AS "by", 'person' AS how FROM named_hosts n JOIN sites t ON t.id = n.site
UNION ALL
SELECT DISTINCT t.name, h.name, a.address, NULL, a.how
FROM log_host_addresses a JOIN log_hosts h ON h.id = a.host JOIN log_sources s ON s.id = h.source JOIN sites t ON t.id = s.site
WHERE a.how IN ('own', 'logon', 'configured') AND NOT EXISTS (
  SELECT 1 FROM log_host_addresses o JOIN log_hosts oh ON oh.id = o.host JOIN log_sources os ON os.id = oh.source
  WHERE o.address = a.address AND o.rank > a.rank AND os.site = s.site AND oh.name <> h.name)
AND (a.how = 'configured' OR s.kind = 'file'
  OR NOT EXISTS (SELECT 1 FROM host_names w WHERE w.site = s.site AND w.address = a.address AND w.how IN ('ntlm', 'spn'))
  OR EXISTS (SELECT 1 FROM host_names w WHERE w.site = s.site AND w.address = a.address AND w.how IN ('ntlm', 'spn')
    AND w.label = substr(h.name, 1, instr(h.name || '.', '.') - 1)))
ORDER BY 1, 2, 3 LIMIT :limit
