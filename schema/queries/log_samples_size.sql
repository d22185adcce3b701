-- How many samples a host's day has, and the largest hash. :host :day
SELECT count(*), coalesce(max(hash), 0) FROM log_samples WHERE host = :host AND day = :day
