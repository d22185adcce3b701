/*
 * What was found, as one JSON document: the contract of `analyze --format
 * json`, and what every other format of a report is printed from, so that they
 * cannot disagree.
 */
#ifndef ASHIATO_COLLECTOR_REPORT_DOCUMENT_H
#define ASHIATO_COLLECTOR_REPORT_DOCUMENT_H

#include "collector/detect/detect.h"
#include "collector/store/store.h"

/* Incidents, accesses, files and encrypted sessions that ${filter} lets through, oldest first, each incident with its
 * steps: {"incidents":[…],"accesses":[…],"files":[…],"opaque":[…]} (new reference). NULL once ${tx} has failed. */
json_t *document_of(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter);

/* The parts of it that a table needs: the rest is neither read nor in the result. */
enum { DOCUMENT_INCIDENTS = 1, DOCUMENT_STEPS = 2, DOCUMENT_ACCESSES = 4, DOCUMENT_OTHERS = 8, DOCUMENT_ALL = 15 };
json_t *document_parts(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter, unsigned parts);

/* The steps of an incident by time, with the names of their techniques; like steps are one row, counted (new reference). */
json_t *document_steps(struct store_tx *tx, const struct rules *rules, int64_t incident);

/* The parts of analyze's document that are about its inputs, into ${document}. */
void document_add_coverage(json_t *document, const struct coverage *c);

#endif
