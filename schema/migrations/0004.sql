-- Whitelist entries name a site, because private addresses repeat between branches, and the planned work they stand for.
ALTER TABLE baseline ADD COLUMN site TEXT;       -- glob; NULL: every site
ALTER TABLE baseline ADD COLUMN reference TEXT;  -- a ticket's number
