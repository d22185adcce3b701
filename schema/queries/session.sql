-- :token
SELECT u.id, u.name, u.password, s.csrf, s.last_used FROM sessions s JOIN users u ON u.id = s.user WHERE s.token = :token
