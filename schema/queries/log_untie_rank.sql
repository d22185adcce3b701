-- :host
UPDATE log_host_addresses SET rank = CASE how WHEN 'ntlm' THEN 4 WHEN 'spn' THEN 3 WHEN 'name' THEN 3 WHEN 'own' THEN 2 WHEN 'logon' THEN 1
  ELSE 0 END
WHERE host = :host AND rank = 5
