-- Insert or update a step. :access :ordinal :name :time :last :count :admin :technique :detail; :sensor :epoch :seq of its event
INSERT INTO steps (access, ordinal, name, time, last, count, admin, technique, detail, sensor, epoch, seq)
VALUES (:access, :ordinal, :name, :time, :last, :count, :admin, :technique, :detail, :sensor, :epoch, :seq)
ON CONFLICT (access, ordinal) DO UPDATE SET
  name = excluded.name, time = excluded.time, last = excluded.last, count = excluded.count, admin = excluded.admin,
  technique = excluded.technique, detail = excluded.detail
