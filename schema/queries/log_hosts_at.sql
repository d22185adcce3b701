-- Hosts that have an address, those first whose logs reach nearest to a span. :site :address :from :to
SELECT h.id, h.source, s.site, h.name, h.has_zone, h.first, h.last, h.heard, h.records,
  coalesce(h.offset_set, CASE WHEN h.has_zone THEN NULL ELSE s.offset END), h.offset, h.matches,
  h.acts, h.receipt, h.receipt_votes, h.judged_first, h.judged_last, s.name, s.kind, s.acts, a.rank
FROM log_host_addresses a JOIN log_hosts h ON h.id = a.host JOIN log_sources s ON s.id = h.source
WHERE a.address = :address AND s.site = :site
ORDER BY max(h.first - :to, :from - h.last, 0), h.id
