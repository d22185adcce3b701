-- :host
SELECT hash, delta, whole, server FROM log_samples WHERE host = :host ORDER BY hash
