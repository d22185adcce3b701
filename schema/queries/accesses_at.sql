-- Accesses to one address under way at some time from :from to :to. :site :destination
SELECT id FROM accesses INDEXED BY accesses_destination
WHERE site = :site AND destination = :destination AND end >= :from AND start <= :to AND is_access ORDER BY start, id
