-- The sensor's span that ends at or after :from and begins at or before :to. :sensor :from :to
SELECT first, last FROM sensor_spans WHERE sensor = :sensor AND first <= :to AND last >= :from ORDER BY first LIMIT 1
