-- Is a name or a key in use? :name :key
SELECT CASE WHEN name = :name THEN 1 ELSE 2 END FROM sensors WHERE name = :name OR public_key = :key ORDER BY name <> :name LIMIT 1
