-- :incident
DELETE FROM incidents WHERE id = :incident
