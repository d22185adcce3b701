-- :now :by :action :object :detail
INSERT INTO audit (at, by, action, object, detail) VALUES (:now, :by, :action, :object, :detail)
