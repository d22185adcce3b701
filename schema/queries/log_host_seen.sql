-- Widen a host's span, count its new records, note the earliest receipt (NULL: none). :host :first :last :records :received :now
UPDATE log_hosts SET heard = CASE WHEN :last > last OR :records > 0 THEN :now ELSE heard END,
  first = min(first, :first), last = max(last, :last), records = records + :records,
  received = coalesce(min(received, :received), received, :received)
WHERE id = :host
