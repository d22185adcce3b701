-- Logons seen from one end of a connection, by time. :site :client :client_port :from :to
SELECT kind, server, time, account FROM wire_logons
WHERE client = :client AND client_port = :client_port AND time BETWEEN :from AND :to AND site = :site ORDER BY time
