-- Every number of the overview in one row. :from :to (exclusive): the day that is shown; :limit
SELECT
  (SELECT count(*) FROM incidents WHERE state IN ('new', 'acknowledged')) AS open,
  (SELECT count(*) FROM incidents WHERE state = 'new') AS new,
  (SELECT count(*) FROM incidents WHERE state IN ('new', 'acknowledged') AND severity = 'critical') AS critical,
  (SELECT count(*) FROM incidents WHERE state IN ('new', 'acknowledged') AND severity = 'high') AS high,
  (SELECT count(*) FROM incidents WHERE state IN ('new', 'acknowledged') AND severity = 'medium') AS medium,
  (SELECT count(*) FROM incidents WHERE state IN ('new', 'acknowledged') AND severity = 'low') AS low,
  (SELECT count(*) FROM accesses WHERE is_access) AS accesses,
  (SELECT count(*) FROM accesses WHERE is_access AND verdict = 0) AS legitimate,
  (SELECT count(*) FROM accesses WHERE is_access AND verdict = 1) AS pending,
  (SELECT count(*) FROM accesses WHERE is_access AND verdict = 2) AS unverified,
  (SELECT count(*) FROM accesses WHERE is_access AND verdict = 3) AS unapproved,
  (SELECT count(*) FROM accesses WHERE is_access AND verdict = 4) AS unlogged,
  (SELECT count(*) FROM accesses WHERE is_access AND start >= :from AND start < :to) AS day_accesses,
  (SELECT count(*) FROM incidents WHERE last >= :from AND first < :to AND coalesce(verdict, 2) <> 0) AS day_incidents,
  (SELECT coalesce(sum(sessions), 0) FROM hours WHERE hour >= :from AND hour < :to) AS day_sessions,
  (SELECT count(*) FROM files WHERE time >= :from AND time < :to AND action IN ('write', 'read')) AS day_files,
  (SELECT coalesce(sum(bytes), 0) FROM files WHERE time >= :from AND time < :to AND action IN ('write', 'read')) AS day_bytes,
  (SELECT coalesce(sum(events), 0) FROM epochs) AS events,
  (SELECT min(time) FROM events) AS "first_event:time",
  (SELECT max(time) FROM events) AS "last_event:time",
  (SELECT count(*) FROM baseline WHERE removed IS NULL) AS baseline_entries
LIMIT :limit
