/*
 * What a server's log adds to an access whose inside was encrypted or sealed:
 * administrative shares, files, installed services and tasks, as steps marked
 * `"from":"log"`. Pure.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_COMPLETION_H
#define ASHIATO_COLLECTOR_BASELINE_COMPLETION_H

#include "collector/baseline/ledger.h"

enum { COMPLETION_STEPS = 40, COMPLETION_ORDINAL = 100000 };	/* steps that detection did not see are numbered from there */

struct completion {
	struct step steps[COMPLETION_STEPS];	/* by time; details are ours */
	size_t n;
	bool proves_privilege;	/* an administrator's act, by a record tied to the session or beside its 4672 */
};

/* What ${l} has beyond what the network showed. completion_fini releases it. */
void completion_of(const struct ledger *l, struct completion *out);
void completion_fini(struct completion *c);

#endif
