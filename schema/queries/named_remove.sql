-- And takes it back: all addresses of :name in the site called :site. Gives a row for each.
DELETE FROM named_hosts WHERE name = :name AND site = (SELECT id FROM sites WHERE name = :site) RETURNING 1
