-- How many members an incident has. :incident
SELECT count(*) FROM accesses WHERE incident = :incident
