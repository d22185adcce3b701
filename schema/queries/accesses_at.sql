-- Accesses to one address that a part of a log may change: those under way at some time from :near_from to :near_to, and of those
-- from :from to :to the ones of which the log may have more to say. :site :destination. An access may come twice.
WITH at AS NOT MATERIALIZED (
  SELECT id, start, end FROM accesses INDEXED BY accesses_destination
  WHERE site = :site AND destination = :destination AND end BETWEEN :from AND :to + 3600000000000 AND start <= :to AND is_access
  UNION ALL
  SELECT id, start, end FROM accesses INDEXED BY accesses_long
  WHERE site = :site AND destination = :destination AND end >= :from AND start <= :to AND end - start > 3600000000000 AND is_access
)
SELECT id FROM at
WHERE (end >= :near_from AND start <= :near_to) OR NOT EXISTS (SELECT 1 FROM access_evidence WHERE access = id AND settled)
