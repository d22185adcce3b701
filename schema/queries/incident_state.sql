-- :id
SELECT state, closed_by_verdicts, changed_by IS NOT NULL, last, close_reason FROM incidents WHERE id = :id
