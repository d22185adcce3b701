-- The two NetBIOS names that most servers say beside a DNS name. :site :name
SELECT netbios, count(*), min(server) FROM domain_claims WHERE site = :site AND dns = :name GROUP BY netbios ORDER BY 2 DESC, 1 LIMIT 2
