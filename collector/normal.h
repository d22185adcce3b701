/*
 * The normal profile of the network: how much each host does in each hour of
 * the week, and what is unusual now. It says what is different, not what is
 * bad: a finding to look at beside the incidents, never an incident.
 */
#ifndef ASHIATO_COLLECTOR_NORMAL_H
#define ASHIATO_COLLECTOR_NORMAL_H

#include "collector/store/learned.h"
#include "events.pb-c.h"

enum {
	NORMAL_WEEKS = 8,		/* looked back */
	NORMAL_HOSTS = 64,		/* counted in memory before they are written: a batch has few */
	NORMAL_HOST_BYTES = 46,
	NORMAL_UNUSUAL_MAX = 50,	/* shown of one hour */
};

/* What a batch did, per host and hour. Zero when empty. */
struct normal_tally {
	struct {
		int64_t hour, site;
		char host[NORMAL_HOST_BYTES];
		uint64_t sessions, bytes;
	} items[NORMAL_HOSTS];
	size_t n;
};

/* A logon that succeeded. */
bool normal_is_logon(const Ev__Event *event);

/* Count ${event} if it is a logon that succeeded or the end of a connection. */
void normal_count(struct normal_tally *t, struct store_tx *tx, const struct origin *from, const Ev__Event *event);
/* Write what was counted and empty the tally. */
void normal_flush(struct normal_tally *t, struct store_tx *tx);
/* Forget hours too old to be compared with. */
void normal_forget(struct store_tx *tx, int64_t now_ns);

/* What is unusual in ${hour} (since 1970), most unusual first: rows of store_norm_unusual, each with "sentence". Sites watched for
 * less than ${learning_days} are left out. A new reference. */
json_t *normal_unusual(struct store_tx *tx, int64_t hour, unsigned learning_days);

#endif
