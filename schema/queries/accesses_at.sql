-- Accesses to one address under way at some time from :from to :to, which began at :since or later. :site :destination
SELECT id FROM accesses
WHERE site = :site AND destination = :destination AND start BETWEEN :since AND :to AND end >= :from AND is_access ORDER BY start, id
