-- Add to a source's counts. :source :records :others :duplicates :rejected :refused :error :now
UPDATE log_sources SET records = records + :records, others = others + :others, duplicates = duplicates + :duplicates,
  rejected = rejected + :rejected, refused = refused + :refused, error = :error, last_seen = :now
WHERE id = :source
