-- The bulk of a record. :record :task_content :raw
INSERT INTO log_texts (record, task_content, raw) VALUES (:record, :task_content, :raw)
