-- Ids, in the order of storing, of all events of the connections that are under way: those that spoke at or after :recent, and
-- those that spoke at or after :since and have not ended since then.
SELECT id FROM events WHERE community_id IN (
  SELECT community_id FROM events WHERE time >= :recent
  UNION
  SELECT community_id FROM (
    SELECT community_id FROM events WHERE time >= :since
    EXCEPT
    SELECT community_id FROM events WHERE time >= :since AND kind = 'flow.summary'))
ORDER BY id
