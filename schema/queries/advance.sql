-- An epoch is stored further. :sensor :epoch :high_water :events and :lost (more of them)
INSERT INTO epochs (sensor, epoch, high_water, events, lost) VALUES (:sensor, :epoch, :high_water, :events, :lost)
ON CONFLICT (sensor, epoch) DO UPDATE SET
  high_water = excluded.high_water, events = events + excluded.events, lost = lost + excluded.lost
