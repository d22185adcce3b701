-- Spans of unread lines that touch another, as one. :source :has_zone :from :to
SELECT min(first), max(last), sum(lines) FROM log_unread
WHERE source = :source AND has_zone = :has_zone AND first <= :to AND last >= :from
