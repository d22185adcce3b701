-- The accesses of a host's log have been judged as far as it goes. :host
UPDATE log_hosts SET judged_first = first, judged_last = last WHERE id = :host
