-- :host
SELECT day, offset, other, matches, strangers FROM log_offsets WHERE host = :host ORDER BY day DESC LIMIT 1
