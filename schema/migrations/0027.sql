-- Whose a record without a port is, is asked of the logons of people whom the network could not name too.
DROP INDEX wire_logons_lately;
CREATE INDEX wire_logons_lately ON wire_logons (client, time, site, account);
