-- Keep what could not be read. :source :input :line :reason :piece :now
INSERT INTO log_rejects (source, input, line, reason, piece, at) VALUES (:source, :input, :line, :reason, :piece, :now)
