/*
 * What a batch of records teaches of the trails of one host's log: which acts
 * they hold, how far they go, since when they tell logons. And which accesses
 * must therefore be judged again, beyond those around the records themselves.
 */
#ifndef ASHIATO_COLLECTOR_TRAILS_H
#define ASHIATO_COLLECTOR_TRAILS_H

#include "collector/store/store.h"
#include "collector/touch.h"

struct trails {
	struct store_log_trail was[N_LOG_TRAILS], is[N_LOG_TRAILS];	/* no acts: there is no such trail */
};

/* What is known of ${host} before the batch. */
void trails_load(struct trails *t, struct store_tx *tx, int64_t host);

/* ${r} is the host's, and new. */
void trails_learn(struct trails *t, const struct log_record *r);

/* Keep what ${h}'s trails have become. The accesses of stretches that a trail covers now, or for which it tells logons now, are noted in
 * ${news}. True if everything must be judged again: what a host writes decides what can be missing. */
bool trails_settle(const struct trails *t, struct store_tx *tx, const struct store_log_host *h, struct touch_news *news);

/* True if the host tells logons for the first time. */
bool trails_tell_anew(const struct trails *t);

#endif
