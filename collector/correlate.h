/*
 * What new events and new log records change: the clocks' offsets, which host
 * has which address, and therefore which accesses must be judged again. It
 * judges none itself.
 *
 * One batch: correlate_begin, every event and every record that is new,
 * correlate_finish, then the ids in `accesses`. Order within the batch, and
 * how records and events are spread over batches, do not matter to what comes
 * out in the end.
 */
#ifndef ASHIATO_COLLECTOR_CORRELATE_H
#define ASHIATO_COLLECTOR_CORRELATE_H

#include "collector/group.h"
#include "collector/rivals.h"
#include "collector/slots.h"

struct correlate_clock;

struct correlate {
	struct store_tx *tx;
	int64_t now_ns;
	struct correlate_clock *clocks;	/* touched by this batch */
	size_t n_clocks, cap_clocks;
	struct slots known;		/* where each is in ${clocks} */
	struct rivals rivals;		/* the logons on the wire */
	struct id_set accesses;		/* to judge again */
	struct id_set renamed;		/* likewise, and grouped anew: their accounts have another name */
	struct store_log_unread unread;	/* the extent of what could not be read; no source: all was */
	struct id_set opaques;		/* encrypted sessions that a log may prove to be an administrator's */
	int64_t first_ns, last_ns;	/* of the events, 0 none */
	int64_t sensor_id;
};

void correlate_begin(struct correlate *c, struct store_tx *tx, int64_t now_ns);

/* ${event} was stored. */
void correlate_event(struct correlate *c, const struct origin *from, const Ev__Event *event);

/* A person says which address a host has (${n}'s how is "configured"), or takes back what people said of it. */
void correlate_named(struct correlate *c, int64_t site, const struct store_host_name *n);
void correlate_unnamed(struct correlate *c, int64_t site, const char *name);

/* A server calls its domain by two names. */
void correlate_domain(struct correlate *c, int64_t site, const struct store_domain_claim *claim);

/* ${r} of ${host} was stored. */
void correlate_record(struct correlate *c, int64_t host, const struct log_record *r);

/* The log of ${host} goes on, if only by what is not kept; or a person set its offset. */
void correlate_host(struct correlate *c, int64_t host, const struct log_record *r);

/* Everything that ${host} wrote until ${at_ns} (UTC) has come. */
void correlate_alive(struct correlate *c, int64_t host, int64_t at_ns);

/* ${u} is noted: what was called missing there, in the logs of this batch, is judged again. */
void correlate_unread(struct correlate *c, const struct store_log_unread *u);

/* ${host}'s clock or address was set by a person: everything it tells of is judged again. */
void correlate_whole(struct correlate *c, int64_t host);

/* ${host} is about to be removed with all it wrote: likewise. */
void correlate_gone(struct correlate *c, int64_t host);

/* The stream of ${host} has stopped. */
void correlate_stopped(struct correlate *c, int64_t host);

/* Estimate, tie, and gather the accesses. */
void correlate_finish(struct correlate *c);

void correlate_fini(struct correlate *c);

#endif
