-- Members of an incident in the order they are shown; only few accesses are in one, and only legitimate ones have an entry.
DROP INDEX accesses_incident;
DROP INDEX accesses_baseline;
CREATE INDEX accesses_incident ON accesses (incident, start) WHERE incident IS NOT NULL;
CREATE INDEX accesses_baseline ON accesses (baseline, end) WHERE baseline IS NOT NULL;
