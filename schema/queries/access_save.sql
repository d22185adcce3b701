-- Insert or update an access by its natural key; verdict, baseline and incident are not touched.
-- :sensor :epoch :seq :is_access :site :source :source_port :destination :destination_port :account :workstation :auth :dialect
-- :community_id :session :encrypted :start :end :verdict (of a new one)
INSERT INTO accesses (sensor, epoch, seq, is_access, site, source, source_port, destination, destination_port, account,
  workstation, auth, dialect, community_id, session, encrypted, start, end, verdict)
VALUES (:sensor, :epoch, :seq, :is_access, :site, :source, :source_port, :destination, :destination_port, :account,
  :workstation, :auth, :dialect, :community_id, :session, :encrypted, :start, :end, :verdict)
ON CONFLICT (sensor, epoch, seq) DO UPDATE SET
  is_access = excluded.is_access, account = excluded.account, workstation = excluded.workstation, auth = excluded.auth,
  dialect = excluded.dialect, session = excluded.session, encrypted = excluded.encrypted, start = excluded.start,
  end = excluded.end
RETURNING id
