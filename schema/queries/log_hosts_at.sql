-- Hosts that have an address, each with the span of its log that lies nearest, those first whose spans reach nearest to a span of
-- time. What :reach adds to :to is how far as written and UTC may be apart. Its
-- clock is that of the day :day, or of the day nearest to it that is known. :site :address :from :to :reach :day
WITH tied AS (
  SELECT a.host, a.rank, coalesce((SELECT max(p.first) FROM log_spans p WHERE p.host = a.host AND p.trail = 0 AND p.first <= :reach),
    (SELECT min(p.first) FROM log_spans p WHERE p.host = a.host AND p.trail = 0)) AS begin,
    coalesce((SELECT max(o.day) FROM log_offsets o WHERE o.host = a.host AND o.day <= :day),
    (SELECT min(o.day) FROM log_offsets o WHERE o.host = a.host)) AS day
  FROM log_host_addresses a WHERE a.address = :address
)
SELECT h.id, h.source, s.site, h.name, h.has_zone, coalesce(p.first, h.first), coalesce(p.last, h.last), h.heard, h.records,
  coalesce(h.offset_set, CASE WHEN h.has_zone THEN NULL ELSE s.offset END),
  coalesce(o.offset, h.offset), coalesce(o.matches, h.matches),
  h.receipt, h.receipt_votes, h.judged_first, h.judged_last, s.name, s.kind, s.tellers, t.rank,
  CASE WHEN coalesce(p.last, h.last) = h.last THEN h.alive END,
  CASE WHEN h.received IS NOT NULL AND coalesce(p.first, h.first) = h.first THEN s.received END,
  o.other, (SELECT b.offset FROM log_offsets b WHERE b.host = t.host AND b.day < t.day ORDER BY b.day DESC LIMIT 1),
  (SELECT b.offset FROM log_offsets b WHERE b.host = t.host AND b.day > t.day ORDER BY b.day LIMIT 1)
FROM tied t JOIN log_hosts h ON h.id = t.host JOIN log_sources s ON s.id = h.source
  LEFT JOIN log_spans p ON p.host = t.host AND p.trail = 0 AND p.first = t.begin
  LEFT JOIN log_offsets o ON o.host = t.host AND o.day = t.day
WHERE s.site = :site
ORDER BY max(coalesce(p.first, h.first) - :to, :from - coalesce(p.last, h.last), 0), h.id
