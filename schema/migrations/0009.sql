-- What the context of an incident may mean: JSON array of hypotheses, each with its kinds of evidence and their weights.
ALTER TABLE incidents ADD COLUMN hypotheses TEXT NOT NULL DEFAULT '[]';
-- Who a host has been: NULL where the network did not show it.
ALTER TABLE wire_logons ADD COLUMN account TEXT COLLATE NOCASE;
CREATE INDEX wire_logons_account ON wire_logons (client, account, time) WHERE account IS NOT NULL;
