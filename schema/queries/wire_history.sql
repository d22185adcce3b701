-- Who a host has been before :before: how often :account; the account it was most, how often, since when. Computers' own accounts
-- are nobody. :site :client :account
SELECT (SELECT count(*) FROM wire_logons WHERE client = :client AND account = :account AND time < :before AND site = :site),
  account, count(*), min(time)
FROM wire_logons
WHERE client = :client AND account IS NOT NULL AND account NOT LIKE '%$' AND account <> :account AND time < :before AND site = :site
GROUP BY account ORDER BY 3 DESC, 2 LIMIT 1
