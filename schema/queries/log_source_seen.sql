-- Add to a source's counts. :source :records :others :duplicates :rejected :error :now
UPDATE log_sources SET records = records + :records, others = others + :others, duplicates = duplicates + :duplicates,
  rejected = rejected + :rejected, error = :error, last_seen = :now
WHERE id = :source
