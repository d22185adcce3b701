-- What the context of access :access may mean: the hypotheses of the incident it is in. No row: it is in none. :limit
SELECT i.id AS incident, i.hypotheses AS "hypotheses:json"
FROM accesses a JOIN incidents i ON i.id = a.incident WHERE a.id = :access AND a.verdict <> 0 LIMIT :limit
