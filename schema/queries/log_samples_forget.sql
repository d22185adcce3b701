-- Those so many days before the newest. :host :days
DELETE FROM log_samples WHERE host = :host AND day < (SELECT max(day) FROM log_samples WHERE host = :host) - :days
