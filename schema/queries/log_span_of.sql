-- A span of a host's log that touches another. :host :from :to
SELECT first, last FROM log_spans WHERE host = :host AND first <= :to AND last >= :from LIMIT 1
