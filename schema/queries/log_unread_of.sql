-- How many lines of a host's source could not be read around a span (as written). :host :from :to
SELECT coalesce(sum(u.lines), 0) FROM log_hosts h JOIN log_unread u ON u.source = h.source AND u.has_zone = h.has_zone
WHERE h.id = :host AND u.first <= :to AND u.last >= :from
