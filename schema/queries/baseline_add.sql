-- :source :account :destination :actions :sha256 :when :valid_from :valid_until (NULL: any) :reason :author :now
INSERT INTO baseline (source, account, destination, actions, sha256, "when", valid_from, valid_until, reason, author, created)
VALUES (:source, :account, :destination, :actions, :sha256, :when, :valid_from, :valid_until, :reason, :author, :now)
RETURNING id
