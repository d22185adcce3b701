-- Encrypted sessions are looked up by their ends, and logs may complete them.
ALTER TABLE opaque ADD COLUMN source_port INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opaque ADD COLUMN destination_port INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opaque ADD COLUMN community_id TEXT;
CREATE INDEX opaque_destination ON opaque (destination, start);
-- What happens to a log is an incident of its host, kept as every other finding is.
DROP TABLE log_alerts;
