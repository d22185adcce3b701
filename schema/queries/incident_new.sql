-- A group without anything to show yet. :site :source :account :start :end
INSERT INTO incidents (site, source, account, group_first, group_last, first, last)
VALUES (:site, :source, :account, :start, :end, :start, :end) RETURNING id
