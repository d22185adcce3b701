-- 1 if a person turned it down. :site :source :account :destination
SELECT 1 FROM habit_refusals WHERE site = :site AND source = :source AND account = :account AND destination = :destination
