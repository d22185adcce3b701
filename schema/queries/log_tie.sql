-- A host has an address; one row back if that is new or surer. What a person or a log says of it stays beside what the wire says,
-- for names in whitelists rest on it. Nobody but a person gives a host more than 64: whoever owns its log could claim the whole site. :host :address :how :rank
INSERT INTO log_host_addresses (host, address, how, rank) SELECT :host, :address, :how, :rank
WHERE :how = 'configured' OR (SELECT count(*) FROM log_host_addresses WHERE host = :host) < 64
  OR EXISTS (SELECT 1 FROM log_host_addresses WHERE host = :host AND address = :address)
ON CONFLICT (host, address) DO UPDATE SET rank = max(rank, excluded.rank),
  how = CASE WHEN how IN ('spn', 'ntlm', 'unc') THEN excluded.how ELSE how END
WHERE rank < excluded.rank OR (how IN ('spn', 'ntlm', 'unc') AND excluded.how IN ('own', 'logon', 'configured'))
RETURNING 1
