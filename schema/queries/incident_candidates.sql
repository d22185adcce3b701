-- Incidents of a group, near a span of time, that no person has closed; those a person has touched first.
-- :site :source :account :start :end :gap :limit
SELECT id FROM incidents
WHERE site = :site AND source = :source AND account IS :account COLLATE NOCASE
  AND group_last >= :start - :gap AND group_first <= :end + :gap
  AND (state <> 'closed' OR closed_by_verdicts)
ORDER BY changed_by IS NULL, id LIMIT :limit
