/*
 * Accesses that a logon seen late may change: a record without a port that
 * excused or confirmed one may be the new logon's (baseline/whose.h). Only
 * servers of which a log by an unproved clock tells, or one that names no
 * ports, are looked at.
 */
#ifndef ASHIATO_COLLECTOR_RIVALS_H
#define ASHIATO_COLLECTOR_RIVALS_H

#include "collector/group.h"

/* The logons of a batch. Zero is empty. */
struct rivals {
	struct rival *items;
	size_t n, cap;
	bool is_short;	/* of memory */
};

/* ${w} was stored. */
void rivals_add(struct rivals *r, const struct store_wire_logon *w);

/* The accesses from the same clients to the same servers within ledger_sharers_ns are added to ${accesses}, and by an unproved clock
 * within ledger_rivals_ns those that no record confirms. */
void rivals_find(struct rivals *r, struct store_tx *tx, int64_t now_ns, struct id_set *accesses);

void rivals_fini(struct rivals *r);

#endif
