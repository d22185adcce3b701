-- What it shows. :id and the columns by name
UPDATE incidents SET
  account = :account, workstation = :workstation, severity = :severity, score = :score, profile = :profile, title = :title,
  techniques = :techniques, destinations = :destinations, evidence = :evidence, hypotheses = :hypotheses, verdict = :verdict, first = :first,
  last = :last, accesses = :accesses
WHERE id = :id
