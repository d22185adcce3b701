-- Addresses and whole names of hosts whose name begins with that label. :site :label
SELECT address, name, how FROM host_names WHERE site = :site AND label = :label ORDER BY address, name
