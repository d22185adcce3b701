-- Which incident it is of. :access :incident
UPDATE accesses SET incident = :incident WHERE id = :access
