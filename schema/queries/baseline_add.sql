-- :site :source :account :destination :actions :sha256 :when :valid_from :valid_until (NULL: any) :reason :author :reference :now
INSERT INTO baseline (site, source, account, destination, actions, sha256, "when", valid_from, valid_until, reason, author,
  reference, created)
VALUES (:site, :source, :account, :destination, :actions, :sha256, :when, :valid_from, :valid_until, :reason, :author,
  :reference, :now)
RETURNING id
