-- What the trails of a host are known to tell, and from when to when. :host
SELECT trail, acts, first, last, logons_first, logons_last FROM log_trails WHERE host = :host ORDER BY trail
