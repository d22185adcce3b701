-- :id
SELECT state, changed_by IS NOT NULL, last FROM incidents WHERE id = :id
