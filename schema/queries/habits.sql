-- Habits before day :today with :days_min days and decayed :weight_min, seen last first. :half_life :text (NULL: any) :limit :offset
SELECT h.site, t.name, h.source, h.account, h.destination, h.action, count(*) AS days, sum(h.accesses), min(h.day), max(h.last),
  sum(pow(0.5, (:today - h.day) / CAST(:half_life AS REAL))) AS weight,
  count(*) OVER () AS found
FROM habit_days h JOIN sites t ON t.id = h.site
WHERE h.day < :today
  AND (:text IS NULL OR instr(lower(t.name || ' ' || h.source || ' ' || h.destination || ' ' || h.account || ' ' || h.action), lower(:text)))
GROUP BY h.site, h.source, h.account, h.destination, h.action
HAVING days >= :days_min AND weight >= :weight_min
ORDER BY max(h.last) DESC, h.source, h.account, h.destination, h.action LIMIT :limit OFFSET :offset
