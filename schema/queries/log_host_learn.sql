-- What the receipt times of a host's records show. :host :receipt :votes
UPDATE log_hosts SET receipt = :receipt, receipt_votes = :votes WHERE id = :host
