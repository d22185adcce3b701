/*
 * Whitelist entries as people and files write them: JSON objects with the keys
 * of struct baseline_entry. A missing key or null means any. The only place
 * that knows this form; the store and collector/baseline/ see the structure.
 */
#ifndef ASHIATO_COLLECTOR_ENTRY_H
#define ASHIATO_COLLECTOR_ENTRY_H

#include "collector/baseline/baseline.h"

/* Read ${json} into ${out}, whose strings and array borrow from it, and prove that it compiles. False, and a sentence that
 * names the field and what is allowed there; unknown keys are refused, because a typo must not make an entry wider. */
bool entry_of_json(const struct rules *rules, const json_t *json, struct baseline_entry *out, char *error, size_t error_cap);

/* The entries of a {"entries":[…]} document, proven one by one. NULL, and a sentence that names entry and field. A borrowed array. */
const json_t *entry_document(const struct rules *rules, const json_t *document, char *error, size_t error_cap);

/* Only what ${row} of the whitelist says, without what the store knows of it, so that it can be read again; the caller drops it. */
json_t *entry_bare(const json_t *row);

#endif
