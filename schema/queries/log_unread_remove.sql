-- :source :has_zone :from :to
DELETE FROM log_unread WHERE source = :source AND has_zone = :has_zone AND first <= :to AND last >= :from
