-- The members of one belong to another. :into :from
UPDATE accesses SET incident = :into WHERE incident = :from
