-- What can be told of each access without its steps, by start.
SELECT id, is_access, source, destination, account, start, verdict, baseline FROM accesses ORDER BY start, id
