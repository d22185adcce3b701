-- Wrong passwords since :since, of :user from :address, from :address and of :user.
SELECT coalesce(sum(user = :user AND address = :address), 0), coalesce(sum(address = :address), 0), coalesce(sum(user = :user), 0)
FROM login_failures WHERE at >= :since
