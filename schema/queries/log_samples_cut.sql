-- Keep the samples of a host whose hashes are smallest. :host :keep
DELETE FROM log_samples WHERE host = :host AND hash > coalesce(
  (SELECT hash FROM log_samples WHERE host = :host ORDER BY hash LIMIT 1 OFFSET :keep - 1), 9223372036854775807)
