-- What access :access was judged and when, the last judgement first; one of before first judgements were kept may have one row
-- without a time. No row: there is no such access. :limit
SELECT h.at AS "at:time", coalesce(h.verdict, a.verdict) AS "verdict:verdict", CASE WHEN h.access IS NULL THEN a.baseline ELSE h.baseline END AS baseline,
  coalesce(h.evidence, e.evidence, '[]') AS "evidence:json"
FROM accesses a LEFT JOIN verdict_history h ON h.access = a.id LEFT JOIN access_evidence e ON e.access = a.id AND h.access IS NULL
WHERE a.id = :access AND a.is_access
ORDER BY h.rowid DESC LIMIT :limit
