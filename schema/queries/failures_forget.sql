-- The right password came. :user :address
DELETE FROM login_failures WHERE user = :user AND address = :address
