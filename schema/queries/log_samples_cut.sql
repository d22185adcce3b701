-- Keep the samples of a host's day whose hashes are smallest. :host :day :keep
DELETE FROM log_samples WHERE host = :host AND day = :day AND hash > coalesce(
  (SELECT hash FROM log_samples WHERE host = :host AND day = :day ORDER BY hash LIMIT 1 OFFSET :keep - 1), 9223372036854775807)
