-- Offsets of the other hosts without a zone in the same source, as found by logons or shown by receipt times: the first 64 by name.
-- The index is of those alone. :host
SELECT offset FROM (
  SELECT coalesce(CASE WHEN h.matches > 0 THEN h.offset END, h.receipt) AS offset
  FROM log_hosts h INDEXED BY log_hosts_dated
  WHERE h.source = (SELECT source FROM log_hosts WHERE id = :host) AND h.id <> :host AND NOT h.has_zone
    AND (h.matches > 0 OR h.receipt IS NOT NULL)
  ORDER BY h.name LIMIT 64)
ORDER BY 1
