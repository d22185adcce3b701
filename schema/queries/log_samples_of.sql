-- By day. :host :from :to
SELECT hash, day, delta, whole, server FROM log_samples WHERE host = :host AND day BETWEEN :from AND :to ORDER BY day, hash
