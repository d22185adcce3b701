-- Know a site. :name
INSERT INTO sites (name) VALUES (:name) ON CONFLICT (name) DO NOTHING
