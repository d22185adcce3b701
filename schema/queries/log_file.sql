-- How far a source has read a file that begins so. :source :head :head_bytes
SELECT bytes, line FROM log_files WHERE source = :source AND head = :head AND head_bytes = :head_bytes
