/*
 * Which accesses a new part of a clock's log can change, and which logons it
 * shows that no sensor saw. What was judged before is touched only around the
 * new records: a log that brings one record of last week and one of now does
 * not make everything in between be judged again.
 */
#ifndef ASHIATO_COLLECTOR_TOUCH_H
#define ASHIATO_COLLECTOR_TOUCH_H

#include "collector/group.h"

enum { TOUCH_SPANS = 8 };	/* channels of a host that are read apart, and what comes late */

/* What of a log is new in a batch; as written. All zero is nothing. */
struct touch_news {
	bool has_any;
	int64_t from_ns, to_ns;		/* the first and the last record */
	struct touch_span {
		int64_t from_ns, to_ns;
	} within[TOUCH_SPANS];		/* of them, what lies where the log was judged before */
	size_t n_within;
	bool has_due;
	struct touch_span due;		/* what a channel came to cover that had lagged: accesses are due the last of their records */
};

/* The log of ${h} has something of ${time_ns}. Beyond TOUCH_SPANS the nearest span takes it in, with what lies between. */
void touch_note(struct touch_news *news, const struct store_log_host *h, int64_t time_ns);

/* What the log of ${h} has from ${from_ns} to ${to_ns}, as far as it was judged, is to be judged again. */
void touch_again(struct touch_news *news, const struct store_log_host *h, int64_t from_ns, int64_t to_ns);

/* A channel of ${h}'s log, which others had passed, has come from ${from_ns} to ${to_ns}: what lies there is to be judged again, and
 * what is due its last records by then. */
void touch_reached(struct touch_news *news, const struct store_log_host *h, int64_t from_ns, int64_t to_ns);

struct touch {
	struct store_tx *tx;
	const struct store_log_host *h;		/* its texts are not used */
	const char *name;			/* of the host */
	const struct touch_news *news;
	bool is_whole;				/* everything that the log tells of, new or not */
	struct id_set *accesses, *opaques;	/* to which the ids are added */
};

/* Gather the accesses and encrypted sessions, note the logons, and that the log is judged as far as it goes. */
void touch_find(const struct touch *t);

#endif
