-- Logons of kind :kind from one host to another, by time. :site :client :server :from :to
SELECT time, account, client_port FROM wire_logons INDEXED BY wire_logons_lately
WHERE client = :client AND time BETWEEN :from AND :to AND site = :site AND server = :server AND kind = :kind ORDER BY time
