-- A span of a host's trail that touches another. :host :trail :from :to
SELECT first, last FROM log_spans WHERE host = :host AND trail = :trail AND first <= :to AND last >= :from LIMIT 1
