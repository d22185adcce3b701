-- Since when a sensor watches :site.
SELECT min(enrolled) FROM sensors WHERE site = :site
