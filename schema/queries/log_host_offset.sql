-- Set the offset of all clocks of a host; NULL takes it back. How many there are. :source :host :offset
UPDATE log_hosts SET offset_set = :offset WHERE source = :source AND name = :host RETURNING id
