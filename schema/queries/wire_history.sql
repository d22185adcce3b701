-- The other account a host was most in its last 256 logons before :before, how often, since when. Computers' own accounts are nobody.
-- :site :client :account
SELECT l.account, count(*),
  (SELECT f.time FROM wire_logons f INDEXED BY wire_logons_account
   WHERE f.client = :client AND f.account = l.account AND f.site = :site ORDER BY f.time LIMIT 1)
FROM (SELECT account FROM wire_logons INDEXED BY wire_logons_lately
  WHERE client = :client AND time < :before AND site = :site AND account IS NOT NULL ORDER BY time DESC LIMIT 256) l
WHERE l.account NOT LIKE '%$' AND l.account <> :account
GROUP BY l.account ORDER BY 2 DESC, 1 LIMIT 1
