-- What a host writes. :host :acts (bits that are new or known) :receipt :votes
UPDATE log_hosts SET acts = :acts, receipt = :receipt, receipt_votes = :votes WHERE id = :host
