-- Its human side. :id :state :close_reason :note :sets_note :keeps_state (only the note changes) :by (NULL: the verdicts) :at
UPDATE incidents SET
  state = :state, close_reason = :close_reason, note = CASE WHEN :sets_note THEN :note ELSE note END, changed_by = :by,
  changed_at = :at,
  closed_by_verdicts = CASE WHEN :keeps_state THEN closed_by_verdicts ELSE :by IS NULL AND :state = 'closed' END,
  verdict = CASE WHEN :by IS NULL AND :state = 'closed' AND verdict IS NOT NULL THEN 0 ELSE verdict END
WHERE id = :id
