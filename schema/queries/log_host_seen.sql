-- Widen a host's span and count its new records. :host :first :last :records :now
UPDATE log_hosts SET heard = CASE WHEN :last > last OR :records > 0 THEN :now ELSE heard END,
  first = min(first, :first), last = max(last, :last), records = records + :records
WHERE id = :host
