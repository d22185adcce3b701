-- Keep what could not be read; one row back if it is new. :source :input :line :reason :piece :now
INSERT INTO log_rejects (source, input, line, reason, piece, at) VALUES (:source, :input, :line, :reason, :piece, :now) ON CONFLICT DO NOTHING RETURNING 1
