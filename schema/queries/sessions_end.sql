-- All of a user but one. :user :csrf (of the one that stays; NULL: none)
DELETE FROM sessions WHERE user = :user AND csrf IS NOT :csrf
