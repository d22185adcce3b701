-- A sensor saw it after all. :site :source :source_port :from :to
DELETE FROM log_only WHERE source = :source AND source_port = :source_port AND time BETWEEN :from AND :to AND site = :site
