-- The days of one habit. :site :source :account ('' unknown) :destination :action
SELECT day, hours, accesses FROM habit_days
WHERE site = :site AND source = :source AND account = :account AND destination = :destination AND action = :action
