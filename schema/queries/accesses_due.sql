-- Accesses to one address that ended from :from to :to, of which the log may have more to say. :site :destination
SELECT id FROM accesses INDEXED BY accesses_destination
WHERE site = :site AND destination = :destination AND end BETWEEN :from AND :to AND is_access
  AND NOT EXISTS (SELECT 1 FROM access_evidence WHERE access = id AND settled)
