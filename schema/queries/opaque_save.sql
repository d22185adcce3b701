-- Insert or update an encrypted session. Parameters as the table names its columns.
INSERT INTO opaque (sensor, epoch, seq, site, source, destination, account, auth, dialect, messages, bytes, start, end,
  source_port, destination_port, community_id)
VALUES (:sensor, :epoch, :seq, :site, :source, :destination, :account, :auth, :dialect, :messages, :bytes, :start, :end,
  :source_port, :destination_port, :community_id)
ON CONFLICT (sensor, epoch, seq) DO UPDATE SET
  account = excluded.account, auth = excluded.auth, dialect = excluded.dialect, messages = excluded.messages,
  bytes = excluded.bytes, end = excluded.end
RETURNING id
