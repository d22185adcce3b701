-- Hours before :hour.
DELETE FROM norm_hours WHERE hour < :hour
