-- :host :first
DELETE FROM log_spans WHERE host = :host AND first = :first
