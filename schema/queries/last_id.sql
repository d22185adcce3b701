-- The id that the last INSERT of this connection gave.
SELECT last_insert_rowid()
