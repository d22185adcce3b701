-- How many entries a person should look at again: :from now, :to what ends before it ends soon. :limit
SELECT count(*) AS total, count(*) FILTER (WHERE valid_until < :from) AS ended,
  count(*) FILTER (WHERE valid_until >= :from AND valid_until < :to) AS ending,
  count(*) FILTER (WHERE coalesce(valid_until, :from) >= :from
    AND coalesce((SELECT max(a.end) FROM accesses a WHERE a.baseline = b.id), created) < :from - 7776000000000000) AS unused
FROM baseline b WHERE removed IS NULL LIMIT :limit
