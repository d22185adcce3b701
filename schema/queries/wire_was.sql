-- 1 if a host was that account before :before. :site :client :account
SELECT EXISTS (SELECT 1 FROM wire_logons WHERE client = :client AND account = :account AND time < :before AND site = :site)
