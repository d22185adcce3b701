-- :host :trail :acts :first :last :logons_first :logons_last
INSERT INTO log_trails (host, trail, acts, first, last, logons_first, logons_last)
VALUES (:host, :trail, :acts, :first, :last, :logons_first, :logons_last)
ON CONFLICT (host, trail) DO UPDATE SET acts = excluded.acts, first = excluded.first, last = excluded.last,
  logons_first = excluded.logons_first, logons_last = excluded.logons_last
