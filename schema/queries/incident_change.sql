-- Its human side. :id :state :close_reason :note :sets_note :by (NULL: the verdicts changed) :at
UPDATE incidents SET
  state = :state, close_reason = :close_reason, note = CASE WHEN :sets_note THEN :note ELSE note END, changed_by = :by,
  changed_at = :at,
  verdict = CASE WHEN :by IS NULL AND :state = 'closed' AND verdict IS NOT NULL THEN 0 ELSE verdict END
WHERE id = :id
