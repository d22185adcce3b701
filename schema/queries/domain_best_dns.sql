-- The two DNS names that most servers say beside a NetBIOS name. :site :name
SELECT dns, count(*), min(server) FROM domain_claims WHERE site = :site AND netbios = :name GROUP BY dns ORDER BY 2 DESC, 1 LIMIT 2
