-- What a host's clock showed on a day. :host :day :offset :other (NULL: none) :matches :strangers
INSERT INTO log_offsets (host, day, offset, other, matches, strangers) VALUES (:host, :day, :offset, :other, :matches, :strangers)
ON CONFLICT (host, day) DO UPDATE SET offset = excluded.offset, other = excluded.other, matches = excluded.matches,
  strangers = excluded.strangers
