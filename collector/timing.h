/*
 * How far a host's clock is off, day by day: pairs of a record and a wire
 * logon, kept and estimated from (baseline/offset.h). A clock that is set or
 * steps is followed, and what it showed before stands for what was written
 * then. Of a day the samples with the smallest hashes are kept, so that it does
 * not matter in which order and how often they come.
 */
#ifndef ASHIATO_COLLECTOR_TIMING_H
#define ASHIATO_COLLECTOR_TIMING_H

#include "collector/baseline/offset.h"
#include "collector/store/store.h"

/* The samples of one clock in one batch. Zero is empty. */
struct timing {
	bool has_new;
	int64_t first_day, last_day;	/* of those that are new */
	bool knows;			/* how many of ${day} there are, and the largest hash: a full day takes no larger one */
	int64_t day;
	size_t n;
	uint64_t largest;
};

/* A record of ${host}, written at ${written_ns}, and a logon from the same address and port. False: they are too far apart to be one. */
bool timing_pair(struct store_tx *tx, struct timing *t, int64_t host, int64_t written_ns, const struct store_wire_logon *w,
		 struct offset_sample *out);

/* A clock shows another time than on the last day of which logons tell, by a minute or more; a change to summer time or back is none. */
struct timing_step {
	int64_t day_ns;			/* when the day began, UTC */
	int64_t from_ns, to_ns;		/* the offsets */
};

/* What came of an estimate: days whose offset is another now, a server that samples agree to be this host, and a step, told once. */
struct timing_sink {
	void *ctx;
	void (*changed)(void *ctx, int64_t from_ns, int64_t to_ns, int64_t offset_ns);	/* UTC */
	void (*server)(void *ctx, const char *address);
	void (*stepped)(void *ctx, const struct timing_step *step);
};

/* Estimate anew what ${t}'s samples touch, or with ${all} every day; ${h} gets the newest day's. */
void timing_estimate(struct store_tx *tx, const struct timing *t, bool all, struct store_log_host *h, const struct timing_sink *sink);

#endif
