-- Is an incident of this group? :incident :site :source :account :alias (NULL: none)
SELECT 1 FROM incidents
WHERE id = :incident AND site = :site AND source = :source AND (account IS :account COLLATE NOCASE OR account = :alias COLLATE NOCASE)
