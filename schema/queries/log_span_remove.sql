-- :host :trail :first
DELETE FROM log_spans WHERE host = :host AND trail = :trail AND first = :first
