-- The accesses of an incident, newest first, as accesses.sql shows them. :incident :limit
SELECT r.*,
  (SELECT json_group_array(name) FROM (SELECT name FROM steps WHERE access = r.id ORDER BY ordinal)) AS "steps:json"
FROM accesses a CROSS JOIN access_rows r ON r.id = a.id
WHERE a.incident = :incident AND a.is_access
ORDER BY a.start DESC, a.id DESC LIMIT :limit
