-- The act behind the time: to seek each act of a logon apart costs every access more than it saves the rare one with a million objects,
-- which are passed over in the index.
DROP INDEX log_records_logon;
DROP INDEX log_records_endpoint;
CREATE INDEX log_records_logon ON log_records (host, logon_id, time, act) WHERE logon_id IS NOT NULL;
CREATE INDEX log_records_endpoint ON log_records (source_address, source_port, time, act) WHERE source_address IS NOT NULL;
