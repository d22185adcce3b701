-- Hosts of streams that were heard last from :after on and before :before; of those whose senders say that they live, from
-- :alive_after on and before :alive_before.
SELECT h.id FROM log_hosts h JOIN log_sources s ON s.id = h.source
WHERE s.kind <> 'file' AND CASE WHEN h.alive IS NULL THEN h.heard >= :after AND h.heard < :before
  ELSE h.heard >= :alive_after AND h.heard < :alive_before END
ORDER BY h.id
