-- :source :has_zone :first :last :lines
INSERT INTO log_unread (source, has_zone, first, last, lines) VALUES (:source, :has_zone, :first, :last, :lines)
