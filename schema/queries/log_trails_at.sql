-- Likewise, each with the span that lies nearest: the last that begins before :at (as written), else the first. :host :at
SELECT t.trail, t.acts, p.first, p.last, t.logons_first, t.logons_last
FROM log_trails t JOIN log_spans p ON p.host = t.host AND p.trail = t.trail AND p.first = coalesce(
  (SELECT max(s.first) FROM log_spans s WHERE s.host = t.host AND s.trail = t.trail AND s.first <= :at),
  (SELECT min(s.first) FROM log_spans s WHERE s.host = t.host AND s.trail = t.trail))
WHERE t.host = :host ORDER BY t.trail
