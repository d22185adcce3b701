-- How many logons at a server a host's log had on the days :from to :to, as far as samples are kept. :host :server
SELECT count(DISTINCT hash & 16777215) FROM log_samples WHERE host = :host AND day BETWEEN :from AND :to AND server = :server
