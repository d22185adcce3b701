-- A source with everything it brought (the rows of other tables go with it). :source
DELETE FROM log_sources WHERE id = :source
