-- What the clocks of source :source were taken to show and since when, the last first. :limit
SELECT c.at AS "at:time", h.name AS host, h.has_zone AS "has_zone:bool", c.how AS offset_by, printf('%.3f', c.offset / 1e9) AS "offset_seconds:json", c.matches
FROM log_clocks c JOIN log_hosts h ON h.id = c.host WHERE h.source = :source
ORDER BY c.at DESC, c.rowid DESC LIMIT :limit
