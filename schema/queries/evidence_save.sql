-- What the server's log has of an access. :access :account :log :findings :evidence :settled
INSERT INTO access_evidence (access, account, log, findings, evidence, settled)
VALUES (:access, :account, :log, :findings, :evidence, :settled)
ON CONFLICT (access) DO UPDATE SET account = excluded.account, log = excluded.log, findings = excluded.findings,
  evidence = excluded.evidence, settled = excluded.settled
