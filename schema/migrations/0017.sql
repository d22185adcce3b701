-- Of which hosts a source may speak, so that whoever owns one server cannot write the log of another.
ALTER TABLE log_sources ADD COLUMN hosts TEXT; -- names, addresses and patterns, commas between; NULL: the first one it names
ALTER TABLE log_sources ADD COLUMN refused INTEGER NOT NULL DEFAULT 0; -- records of other hosts, kept aside
UPDATE log_sources SET hosts = CASE WHEN kind IN ('file', 'folder') THEN '*' ELSE
  (SELECT CASE WHEN length(group_concat(h.name)) < 1000 THEN group_concat(h.name) ELSE '*' END FROM log_hosts h
   WHERE h.source = log_sources.id) END;

-- How surely a host has an address, by the surest word for it: 5 a person's, 4 the server's own challenge, 3 a ticket it took, 2 its
-- log's own records, 1 a logon that both have, 0 a path that a client used.
ALTER TABLE log_host_addresses ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
UPDATE log_host_addresses SET rank = CASE how WHEN 'configured' THEN 5 WHEN 'ntlm' THEN 4 WHEN 'spn' THEN 3 WHEN 'own' THEN 2
  WHEN 'logon' THEN 1 ELSE 0 END;
