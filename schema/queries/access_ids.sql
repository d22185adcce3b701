-- What can be told of each access without its steps, by start.
SELECT a.id, a.is_access, t.name, a.source, a.destination, coalesce(a.account, e.account), a.start, a.verdict, a.baseline,
  (SELECT d.other || substr(coalesce(a.account, e.account), instr(coalesce(a.account, e.account), '\')) FROM domains d
    WHERE d.site = a.site AND d.name = substr(coalesce(a.account, e.account), 1, instr(coalesce(a.account, e.account), '\') - 1))
FROM accesses a JOIN sites t ON t.id = a.site LEFT JOIN access_evidence e ON e.access = a.id ORDER BY a.start, a.id
