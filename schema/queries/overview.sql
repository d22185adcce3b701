-- Every number of the overview in one row. :from :to (exclusive), begins of hours: the day that is shown; :limit
WITH ledger AS MATERIALIZED (
  SELECT coalesce(sum(n), 0) AS accesses,
    coalesce(sum(n) FILTER (WHERE verdict = 0), 0) AS legitimate,
    coalesce(sum(n) FILTER (WHERE verdict = 1), 0) AS pending,
    coalesce(sum(n) FILTER (WHERE verdict = 2), 0) AS unverified,
    coalesce(sum(n) FILTER (WHERE verdict = 3), 0) AS unapproved,
    coalesce(sum(n) FILTER (WHERE verdict = 4), 0) AS unlogged
  FROM access_hours
), work AS MATERIALIZED (
  SELECT coalesce(sum(n), 0) AS open,
    coalesce(sum(n) FILTER (WHERE state = 'new'), 0) AS new,
    coalesce(sum(n) FILTER (WHERE severity = 'critical'), 0) AS critical,
    coalesce(sum(n) FILTER (WHERE severity = 'high'), 0) AS high,
    coalesce(sum(n) FILTER (WHERE severity = 'medium'), 0) AS medium,
    coalesce(sum(n) FILTER (WHERE severity = 'low'), 0) AS low
  FROM incident_counts WHERE state <> 'closed'
)
SELECT
  open, new, critical, high, medium, low,
  accesses, legitimate, pending, unverified, unapproved, unlogged,
  (SELECT coalesce(sum(n), 0) FROM access_hours WHERE hour >= :from AND hour < :to) AS day_accesses,
  (SELECT count(*) FROM incidents WHERE last >= :from AND first < :to AND coalesce(verdict, 2) <> 0) AS day_incidents,
  (SELECT coalesce(sum(sessions), 0) FROM hours WHERE hour >= :from AND hour < :to) AS day_sessions,
  (SELECT coalesce(sum(n), 0) FROM file_hours WHERE hour >= :from AND hour < :to) AS day_files,
  (SELECT coalesce(sum(bytes), 0) FROM file_hours WHERE hour >= :from AND hour < :to) AS day_bytes,
  (SELECT coalesce(sum(events), 0) FROM epochs) AS events,
  (SELECT min(time) FROM events) AS "first_event:time",
  (SELECT max(time) FROM events) AS "last_event:time",
  (SELECT count(*) FROM baseline WHERE removed IS NULL) AS baseline_entries
FROM ledger, work LIMIT :limit
