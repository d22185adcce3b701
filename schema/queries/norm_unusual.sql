-- What hosts (and, as host '', whole sites) did in :hour and :times times as much as in the most of :hours (a JSON array: like
-- hours before, :hour itself not among them), from a floor on. Of sites watched since before :since (ns). :limit
WITH spans AS MATERIALIZED (
  SELECT value AS hour, value * 3600000000000 AS begins, (value + 1) * 3600000000000 AS ends
  FROM (SELECT :hour AS value UNION SELECT value FROM json_each(:hours))
), of_hosts AS MATERIALIZED (
  SELECT 'sessions' AS metric, s.hour, n.site, n.host, n.sessions AS n FROM spans s JOIN norm_hours n ON n.hour = s.hour
  UNION ALL
  SELECT 'bytes', s.hour, n.site, n.host, n.bytes FROM spans s JOIN norm_hours n ON n.hour = s.hour
  UNION ALL
  SELECT 'admin_accesses', s.hour, a.site, a.source, count(*) FROM spans s JOIN accesses a ON a.start >= s.begins AND a.start < s.ends
  WHERE a.is_access GROUP BY 2, 3, 4
  UNION ALL
  SELECT 'executables', s.hour, t.id, f.source, count(*) FROM spans s JOIN files f ON f.time >= s.begins AND f.time < s.ends
    JOIN sites t ON t.name = f.site
  WHERE f.executable AND f.action IN ('write', 'read') GROUP BY 2, 3, 4
), of_all AS (
  SELECT metric, hour, site, host, n FROM of_hosts
  UNION ALL
  SELECT metric, hour, site, '', sum(n) FROM of_hosts GROUP BY 1, 2, 3
), compared AS (
  SELECT metric, site, host, sum(n) FILTER (WHERE hour = :hour) AS n, coalesce(max(n) FILTER (WHERE hour <> :hour), 0) AS most
  FROM of_all GROUP BY 1, 2, 3
)
SELECT c.metric, t.name AS site, nullif(c.host, '') AS host, c.n AS value, c.most
FROM compared c JOIN sites t ON t.id = c.site
  JOIN json_each(:floors) f ON f.key = c.metric
WHERE c.n >= f.value AND c.n >= :times * c.most
  AND (SELECT min(enrolled) FROM sensors WHERE site = c.site) < :since
ORDER BY CAST(c.n AS REAL) / (c.most + 1) DESC LIMIT :limit
