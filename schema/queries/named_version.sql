-- Differs whenever named_hosts gives something else, by the counter that the changes of people move. :counter
SELECT coalesce((SELECT value FROM settings WHERE name = :counter), 0) * 1000003
  + (SELECT count(*) FROM log_host_addresses WHERE how IN ('own', 'logon', 'configured'))
  + (SELECT count(*) FROM host_names WHERE how IN ('ntlm', 'spn')) * 7919
