-- Accesses from one host to another that began from :near_from to :near_to, or from :from to :to and are not :unapproved, which is
-- confirmed. :site :source :destination
WITH at AS NOT MATERIALIZED (
  SELECT id, source, start, verdict FROM accesses INDEXED BY accesses_destination
  WHERE site = :site AND destination = :destination AND end BETWEEN :from AND :to + 3600000000000 AND is_access
  UNION
  SELECT id, source, start, verdict FROM accesses INDEXED BY accesses_long
  WHERE site = :site AND destination = :destination AND end >= :from AND end - start > 3600000000000 AND is_access
)
SELECT id FROM at WHERE source = :source AND start BETWEEN :from AND :to
  AND (verdict <> :unapproved OR start BETWEEN :near_from AND :near_to)
