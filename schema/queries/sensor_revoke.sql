-- :name :now
UPDATE sensors SET revoked = :now WHERE name = :name AND revoked IS NULL RETURNING id
