-- A name and those that were taken for the same. :site :name
DELETE FROM domains WHERE site = :site AND (name = :name OR other = :name)
