-- By a day a host's clock had stepped; one row back unless that much is known of a day at most three away. :host :day :step
UPDATE log_offsets SET step = :step WHERE host = :host AND day = :day AND NOT EXISTS (
  SELECT 1 FROM log_offsets o WHERE o.host = :host AND o.day BETWEEN :day - 3 AND :day + 3 AND abs(o.step - :step) < 60000000000)
RETURNING 1
