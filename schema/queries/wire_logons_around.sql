-- The last logons of named people from one host before a moment. :site :client :from :to
SELECT kind, server, time, account, client_port FROM wire_logons INDEXED BY wire_logons_lately
WHERE client = :client AND time BETWEEN :from AND :to AND site = :site AND account IS NOT NULL ORDER BY time DESC LIMIT 256
