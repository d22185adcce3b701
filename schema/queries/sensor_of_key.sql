-- The sensor that may speak with this key. :key
SELECT s.id, s.site, s.name, t.name FROM sensors s JOIN sites t ON t.id = s.site WHERE s.public_key = :key AND s.revoked IS NULL
