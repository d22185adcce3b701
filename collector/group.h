/*
 * Verdicts and groups: what becomes of an access once detection has told it.
 *
 * An access is judged by the baseline; one that is not legitimate joins the
 * incident of its group (site, source, account) if it lies within
 * incident_gap_ns of it and is not full, else begins one; what an incident shows is composed
 * anew from those of its members that are not legitimate. All of it is looked
 * up in the store, so that a restart in the middle changes nothing.
 */
#ifndef ASHIATO_COLLECTOR_GROUP_H
#define ASHIATO_COLLECTOR_GROUP_H

#include "collector/baseline/baseline.h"
#include "collector/detect/detect.h"
#include "collector/store/store.h"

/* Ids to come back to. */
struct id_set {
	int64_t *ids;
	size_t n, cap;
	bool is_short;	/* memory was; what is in it is not all */
};

void id_set_add(struct id_set *s, int64_t id);
/* All ${n} of ${ids}, which are released. */
void id_set_take(struct id_set *s, int64_t *ids, size_t n);
/* Ascending, each once. */
void id_set_sort(struct id_set *s);
void id_set_fini(struct id_set *s);

struct group_work {
	struct store_tx *tx;
	const struct rules *rules;
	const struct baseline *baseline;
	int64_t now_ns;			/* the collector's clock, for the histories */
	struct id_set incidents;	/* touched; the caller releases it */
	struct id_set renamed;		/* accesses whose accounts have another name now: group them once more; the caller releases it */
};

/* Judge ${access} again and put it where it belongs. */
void group_access(struct group_work *w, int64_t access);

/* The same for an access that detection had nothing new to tell of: nothing moves unless its verdict changes. */
void group_again(struct group_work *w, int64_t access);

/* Compose every incident that was touched. Call once, after the last group_access. */
void group_compose(struct group_work *w);

#endif
