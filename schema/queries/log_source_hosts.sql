-- Of which hosts a source may speak; NULL: the first one it names. :source :hosts
UPDATE log_sources SET hosts = :hosts WHERE id = :source
