-- Hosts whose logs are known.
SELECT h.id, h.source, s.site, h.name, h.has_zone, h.first, h.last, h.heard, h.records,
  coalesce(h.offset_set, CASE WHEN h.has_zone THEN NULL ELSE s.offset END), h.offset, h.matches,
  h.receipt, h.receipt_votes, h.judged_first, h.judged_last, s.name, s.kind, s.tellers, NULL, h.alive, NULL, NULL, NULL, NULL
FROM log_hosts h JOIN log_sources s ON s.id = h.source ORDER BY h.id
