-- 1 if a sensor of the site listened at that time. :site :time
SELECT EXISTS (SELECT 1 FROM sensors s JOIN sensor_spans p ON p.sensor = s.id
  WHERE s.site = :site AND p.first <= :time AND p.last >= :time)
