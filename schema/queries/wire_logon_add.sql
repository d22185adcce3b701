-- A sensor saw a logon. :site :kind :client :client_port :server :time
INSERT INTO wire_logons (site, kind, client, client_port, server, time) VALUES (:site, :kind, :client, :client_port, :server, :time)
