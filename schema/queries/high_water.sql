-- How far an epoch is stored. :sensor :epoch
SELECT high_water FROM epochs WHERE sensor = :sensor AND epoch = :epoch
