-- What the network calls the host at an address, the surest first. :site :address
SELECT name, how FROM host_names WHERE site = :site AND address = :address
ORDER BY CASE how WHEN 'ntlm' THEN 0 WHEN 'spn' THEN 1 ELSE 2 END, name
