-- Days before :day are forgotten.
DELETE FROM habit_days WHERE day < :day
