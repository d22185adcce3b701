-- What can be told of each access without its steps, by start.
SELECT a.id, a.is_access, t.name, a.source, a.destination, a.account, a.start, a.verdict, a.baseline
FROM accesses a JOIN sites t ON t.id = a.site ORDER BY a.start, a.id
