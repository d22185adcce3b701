-- A sensor spoke. :sensor :epoch :software (NULL: as before) :now
UPDATE sensors SET epoch = :epoch, software = coalesce(:software, software), last_seen = :now WHERE id = :sensor
