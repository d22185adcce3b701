-- The overview counts by these; without them it reads every row of the ledger once a number.
CREATE INDEX accesses_verdict ON accesses (is_access, verdict);
CREATE INDEX incidents_state ON incidents (state, severity);
