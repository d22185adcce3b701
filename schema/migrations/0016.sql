-- Nothing asks for what an account did, and an index less is a tenth of the cost of a record.
DROP INDEX log_records_account;
-- With the act, so that what is looked for among all that a busy host wrote is found without reading the rest.
DROP INDEX log_records_time;
CREATE INDEX log_records_time ON log_records (host, time, act);
-- The hosts whose offsets those of their source without one are told by.
CREATE INDEX log_hosts_dated ON log_hosts (source, name) WHERE NOT has_zone AND (matches > 0 OR receipt IS NOT NULL);
