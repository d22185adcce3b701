-- Incidents of a group, near a span of time, with room for a member, that no person has closed; those a person has touched first.
-- The column `accesses` tells cheaply of most that are full; the count, of those that became so in this transaction.
-- :site :source :account :alias (NULL: none) :start :end :gap :members_max :limit
SELECT id FROM incidents
WHERE site = :site AND source = :source AND (account IS :account COLLATE NOCASE OR account = :alias COLLATE NOCASE)
  AND group_last >= :start - :gap AND group_first <= :end + :gap
  AND (state <> 'closed' OR closed_by_verdicts)
  AND accesses < :members_max
  AND (SELECT count(*) FROM accesses a WHERE a.incident = incidents.id) < :members_max
ORDER BY changed_by IS NULL, id LIMIT :limit
