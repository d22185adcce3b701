-- The steps of an access. :access
SELECT ordinal, name, time, last, count, admin, technique, detail, sensor, epoch, seq FROM steps WHERE access = :access ORDER BY ordinal
