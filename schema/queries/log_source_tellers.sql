-- Count the hosts of which a source tells logons over the network, until there are several. How many there are, if counted. :source
UPDATE log_sources SET tellers = (SELECT count(DISTINCT h.name) FROM log_hosts h JOIN log_trails t ON t.host = h.id
  WHERE h.source = log_sources.id AND t.logons_first IS NOT NULL)
WHERE id = :source AND tellers < 2 RETURNING tellers
