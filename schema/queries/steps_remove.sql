-- :access :from
DELETE FROM steps WHERE access = :access AND ordinal >= :from RETURNING ordinal
