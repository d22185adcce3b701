-- :into :from
UPDATE incidents SET
  group_first = min(group_first, (SELECT group_first FROM incidents WHERE id = :from)),
  group_last = max(group_last, (SELECT group_last FROM incidents WHERE id = :from))
WHERE id = :into
