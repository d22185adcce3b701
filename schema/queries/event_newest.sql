-- Time of the newest event not after :now.
SELECT max(time) FROM events WHERE time <= :now
