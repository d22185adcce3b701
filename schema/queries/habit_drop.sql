-- Days of which nothing is left.
DELETE FROM habit_days WHERE accesses <= 0
