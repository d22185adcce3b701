-- Set a source's offset; NULL takes it back. :source :offset
UPDATE log_sources SET offset = :offset WHERE id = :source
