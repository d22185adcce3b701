-- The other name of a domain. :site :name
SELECT other FROM domains WHERE site = :site AND name = :name
