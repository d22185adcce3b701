-- The record of a channel with the next lower number. :host :channel :record
SELECT time FROM log_records WHERE host = :host AND key_high < :record AND key_high >= 0 AND channel IS :channel
ORDER BY key_high DESC LIMIT 1
