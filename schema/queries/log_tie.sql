-- A host has an address; one row back if that is new or surer. What a person or a log says of it stays beside what the wire says,
-- for names in whitelists rest on it. :host :address :how :rank
INSERT INTO log_host_addresses (host, address, how, rank) VALUES (:host, :address, :how, :rank)
ON CONFLICT (host, address) DO UPDATE SET rank = max(rank, excluded.rank),
  how = CASE WHEN how IN ('spn', 'ntlm', 'unc') THEN excluded.how ELSE how END
WHERE rank < excluded.rank OR (how IN ('spn', 'ntlm', 'unc') AND excluded.how IN ('own', 'logon', 'configured'))
RETURNING 1
