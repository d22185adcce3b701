-- The sender of a host's log has sent everything until :at: the ids of its clocks. :source :name :at :now
UPDATE log_hosts SET alive = max(coalesce(alive, :at), :at), heard = :now
WHERE source = :source AND (name = :name
  OR (instr(name, '.') > 0 AND instr(:name, '.') = 0 AND substr(name, 1, instr(name, '.') - 1) = :name COLLATE NOCASE)
  OR (instr(name, '.') = 0 AND instr(:name, '.') > 0 AND substr(:name, 1, instr(:name, '.') - 1) = name COLLATE NOCASE))
RETURNING id
