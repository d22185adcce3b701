/*
 * When what of a log could not be read was written: between its neighbours, the
 * last record before it and the first behind. One of these follows one input;
 * nothing that lies there can be said to be missing.
 */
#ifndef ASHIATO_COLLECTOR_UNREAD_H
#define ASHIATO_COLLECTOR_UNREAD_H

#include "collector/correlate.h"

struct unread {
	uint64_t lines;			/* since the last record */
	bool is_open;			/* the neighbour behind is still to come */
	bool has_before, has_zone;
	int64_t before_ns;
};

/* A line could not be read; ${is_new}: it did not come before. */
void unread_line(struct unread *u, bool is_new);

/* ${r} was read. */
void unread_record(struct unread *u, struct correlate *c, int64_t source, const struct log_record *r);

/* The input ends: what follows in another one is not known, so what came last is taken to be of the next ten minutes. */
void unread_end(struct unread *u, struct correlate *c, int64_t source);

#endif
