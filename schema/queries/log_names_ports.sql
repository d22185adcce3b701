-- Whether a host's log writes ports: of the records nearest to a moment, from :from to :to, one of act :act over the network names one. :host :at
SELECT EXISTS (SELECT 1 FROM (
    SELECT * FROM (SELECT act, logon_type, source_port FROM log_records WHERE host = :host AND time BETWEEN :from AND :at
      ORDER BY time DESC LIMIT 512)
    UNION ALL
    SELECT * FROM (SELECT act, logon_type, source_port FROM log_records WHERE host = :host AND time BETWEEN :at AND :to
      ORDER BY time LIMIT 512))
  WHERE act = :act AND source_port IS NOT NULL AND coalesce(logon_type, -1) IN (-1, 3, 8))
