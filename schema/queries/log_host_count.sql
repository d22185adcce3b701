-- How many clocks a source has; with :name, how many of that host. :source :name (NULL: any)
SELECT count(*) FROM log_hosts WHERE source = :source AND (:name IS NULL OR name = :name)
