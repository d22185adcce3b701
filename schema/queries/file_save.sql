-- Insert or update a file. :sensor :epoch :seq; natural key of its access (NULL: none); the rest as the table names it
INSERT INTO files (sensor, epoch, seq, access_sensor, access_epoch, access_seq, site, source, destination, path, action, bytes,
  complete, sha256, kind, executable, time)
VALUES (:sensor, :epoch, :seq, :access_sensor, :access_epoch, :access_seq, :site, :source, :destination, :path, :action, :bytes,
  :complete, :sha256, :kind, :executable, :time)
ON CONFLICT (sensor, epoch, seq) DO UPDATE SET
  access_sensor = excluded.access_sensor, access_epoch = excluded.access_epoch, access_seq = excluded.access_seq,
  path = excluded.path, action = excluded.action, bytes = excluded.bytes, complete = excluded.complete,
  sha256 = excluded.sha256, kind = excluded.kind, executable = excluded.executable
