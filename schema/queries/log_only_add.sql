-- :record :site :host :time :source :source_port :account :because
INSERT INTO log_only (record, site, host, time, source, source_port, account, because)
VALUES (:record, :site, :host, :time, :source, :source_port, :account, :because)
ON CONFLICT (record) DO UPDATE SET time = excluded.time, because = excluded.because
