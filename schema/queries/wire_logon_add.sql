-- A sensor saw a logon. :site :kind :client :client_port :server :time :account (NULL: not shown)
INSERT INTO wire_logons (site, kind, client, client_port, server, time, account)
VALUES (:site, :kind, :client, :client_port, :server, :time, :account)
