-- A session that copies a million files writes as many objects (act 10, 5145): what else belongs to a logon or a connection must be
-- found without reading them, and the first few of them without the rest.
DROP INDEX log_records_logon;
DROP INDEX log_records_endpoint;
CREATE INDEX log_records_logon ON log_records (host, logon_id, act, time) WHERE logon_id IS NOT NULL;
CREATE INDEX log_records_endpoint ON log_records (source_address, source_port, act, time) WHERE source_address IS NOT NULL;
