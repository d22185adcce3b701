-- What a host of a source writes, its source writes. :host :acts (bits)
UPDATE log_sources SET acts = acts | :acts WHERE id = (SELECT source FROM log_hosts WHERE id = :host)
