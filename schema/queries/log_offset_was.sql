-- True if a host's clock was taken to show something else on a day. :host :day :offset :other (NULL: none)
SELECT NOT EXISTS (SELECT 1 FROM log_offsets WHERE host = :host AND day = :day AND offset = :offset AND other IS :other)
