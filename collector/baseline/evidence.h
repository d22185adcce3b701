/*
 * Why a verdict is what it is, in plain words and as JSON. Knows what is tied
 * to an access, and judges nothing.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_EVIDENCE_H
#define ASHIATO_COLLECTOR_BASELINE_EVIDENCE_H

#include "collector/baseline/tied.h"

/* The record that speaks most clearly: the strongest tie, a logon before others, the earliest. NULL if nothing is tied. */
const struct tied *evidence_best(const struct ledger *l);

/* "LAB\dave", or that nobody is named. */
void evidence_account(const struct log_record *r, char *out, size_t cap);

/* The access's `log`: ${best} and what else is tied (new reference). */
json_t *evidence_log(const struct ledger *l, const struct tied *best);

/* Sentences for ${verdict}; ${missing} is expected_missing's list (new reference). */
json_t *evidence_sentences(const struct ledger *l, enum verdict verdict, const json_t *missing);

#endif
