-- Wrong passwords since :since, of :user and from :address.
SELECT coalesce(sum(user = :user), 0), coalesce(sum(address = :address), 0) FROM login_failures WHERE at >= :since
