-- A clock goes with everything it wrote. :host
DELETE FROM log_hosts WHERE id = :host
