-- Offsets of the other hosts without a zone in the same source, as found by logons or shown by receipt times. :host
SELECT coalesce(CASE WHEN h.matches > 0 THEN h.offset END, h.receipt) AS offset FROM log_hosts h
WHERE h.source = (SELECT source FROM log_hosts WHERE id = :host) AND h.id <> :host AND NOT h.has_zone
  AND (h.matches > 0 OR h.receipt IS NOT NULL)
ORDER BY 1
