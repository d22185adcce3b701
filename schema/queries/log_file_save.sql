-- A file has been read this far. :source :path :head :head_bytes :bytes :line
INSERT INTO log_files (source, path, head, head_bytes, bytes, line)
VALUES (:source, :path, :head, :head_bytes, :bytes, :line)
ON CONFLICT (source, head, head_bytes) DO UPDATE SET path = excluded.path, bytes = excluded.bytes, line = excluded.line
