-- verdict_history.evidence is all sentences of that moment, a JSON array; before, it was the first one alone.
UPDATE verdict_history SET evidence = json_array(evidence) WHERE evidence IS NOT NULL;
