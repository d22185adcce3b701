-- How many samples a host has, and the largest hash. :host
SELECT count(*), coalesce(max(hash), 0) FROM log_samples WHERE host = :host
