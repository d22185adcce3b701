-- What a server says of a domain; one row back if that is new. Servers beyond :most, and what one says beyond :each, are not heard.
-- :site :server :netbios :dns :most :each
INSERT INTO domain_claims (site, server, netbios, dns)
SELECT :site, :server, :netbios, :dns
WHERE (SELECT count(*) FROM domain_claims WHERE site = :site) < :most
  AND (SELECT count(*) FROM domain_claims WHERE site = :site AND server = :server) < :each
ON CONFLICT DO NOTHING RETURNING 1
