-- A host of the source was received so early: so its collector lived. :host :received
UPDATE log_sources SET received = :received
WHERE id = (SELECT source FROM log_hosts WHERE id = :host) AND (received IS NULL OR received > :received)
