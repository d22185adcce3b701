-- The id of a site. :name
SELECT id FROM sites WHERE name = :name
