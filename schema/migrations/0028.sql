-- What is said beside a clock's offset: how many logons show something else, and that it stepped.
ALTER TABLE log_offsets ADD COLUMN strangers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_offsets ADD COLUMN step INTEGER; -- ns since the days before, once that was told
