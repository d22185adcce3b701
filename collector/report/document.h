/*
 * What was found, as one JSON document: the contract of `analyze --format
 * json`, and what every other format of a report is printed from, so that they
 * cannot disagree.
 */
#ifndef ASHIATO_COLLECTOR_REPORT_DOCUMENT_H
#define ASHIATO_COLLECTOR_REPORT_DOCUMENT_H

#include "collector/detect/detect.h"
#include "collector/store/store.h"

/* Incidents, accesses, files, encrypted sessions and logons that only a server's log has, as ${filter} lets them through, oldest
 * first, each incident with its steps:
 * {"incidents":[…],"accesses":[…],"files":[…],"opaque":[…],"log_only":[…]} (new reference). NULL once ${tx} has failed. */
json_t *document_of(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter);

/* Its rows one at a time, for a ledger too long to hold: the incidents, the incidents each with its first steps
 * (DOCUMENT_STEPS_MAX of "steps_total"), or the accesses. ${each} borrows the row and ends the report with false. */
enum { DOCUMENT_STEPS_MAX = 500 };	/* pages of them already; a browser still opens hundreds of such incidents */
enum document_rows { DOCUMENT_INCIDENTS, DOCUMENT_STEPS, DOCUMENT_ACCESSES };
void document_each(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter, enum document_rows rows,
		   store_row_fn each, void *ctx);

/* The steps of an incident by time, with the names of their techniques; like steps are one row, counted (new reference). */
json_t *document_steps(struct store_tx *tx, const struct rules *rules, int64_t incident);

/* The parts of analyze's document that are about its inputs, into ${document}. */
void document_add_coverage(json_t *document, const struct coverage *c);

#endif
