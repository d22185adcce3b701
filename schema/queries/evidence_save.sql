-- What the server's log has of an access. :access :account :log :findings :evidence
INSERT INTO access_evidence (access, account, log, findings, evidence) VALUES (:access, :account, :log, :findings, :evidence)
ON CONFLICT (access) DO UPDATE SET account = excluded.account, log = excluded.log, findings = excluded.findings,
  evidence = excluded.evidence
