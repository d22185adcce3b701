-- Who a host was of late: what it was most is told by its last logons, not by counting all there are with every new account.
CREATE INDEX wire_logons_lately ON wire_logons (client, time, site, account) WHERE account IS NOT NULL;
