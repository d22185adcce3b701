-- What the host's clock shows minus UTC, estimated; NULL: not known. :host :offset :matches
UPDATE log_hosts SET offset = :offset, matches = :matches WHERE id = :host
