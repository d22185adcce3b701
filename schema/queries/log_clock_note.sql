-- What a host's clock is taken to show since :now, unless that is what it was taken to show before. :host :how :offset :matches :now
INSERT INTO log_clocks (host, at, how, offset, matches)
SELECT :host, :now, :how, :offset, :matches
WHERE NOT EXISTS (
  SELECT 1 FROM (SELECT how, offset FROM log_clocks WHERE host = :host ORDER BY rowid DESC LIMIT 1) AS last
  WHERE last.how = :how AND abs(last.offset - :offset) < 1000000000)
