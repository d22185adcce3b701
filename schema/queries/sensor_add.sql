-- Enrol a sensor. :name :site (id) :key (Z85) :now
INSERT INTO sensors (name, site, public_key, enrolled) VALUES (:name, :site, :key, :now) RETURNING id
