-- Widen the group's span. :incident :start :end
UPDATE incidents SET group_first = min(group_first, :start), group_last = max(group_last, :end) WHERE id = :incident
