-- The other account a host was most before :before, how often, since when. Computers' own accounts are nobody. :site :client :account
SELECT account, count(*), min(time) FROM wire_logons
WHERE client = :client AND account IS NOT NULL AND account NOT LIKE '%$' AND account <> :account AND time < :before AND site = :site
GROUP BY account ORDER BY 2 DESC, 1 LIMIT 1
