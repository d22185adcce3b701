-- :id :by :now
UPDATE baseline SET removed = :now, removed_by = :by WHERE id = :id AND removed IS NULL RETURNING id
