-- 1: nothing is left to come that the log would say of the access (collector/baseline/ledger.h), so that it is not judged again with
-- every batch that follows.
ALTER TABLE access_evidence ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
-- Those under way for more than an hour, apart: the others that were under way in a span ended within the hour after it.
CREATE INDEX accesses_long ON accesses (site, destination, end, start) WHERE end - start > 3600000000000;
