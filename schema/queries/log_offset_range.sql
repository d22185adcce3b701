-- The least and the most that a host's clock showed from day :from to day :to. :host
SELECT min(min(offset, coalesce(other, offset))), max(max(offset, coalesce(other, offset))) FROM log_offsets
WHERE host = :host AND day BETWEEN :from AND :to
