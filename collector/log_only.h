/*
 * Admin logons that a server logged and no sensor saw: blind spots to close.
 */
#ifndef ASHIATO_COLLECTOR_LOG_ONLY_H
#define ASHIATO_COLLECTOR_LOG_ONLY_H

#include "collector/store/store.h"

/* What is looked through: what ${host} wrote from ${from_ns} to ${to_ns} (as written), its clock ${offset_ns} from UTC. */
struct log_only_span {
	int64_t site_id, host;
	const char *name;	/* of the host */
	int64_t from_ns, to_ns, offset_ns;
};

/* Note every logon over the network in ${span} that the log shows to be an administrator's (4672 beside it, an administrative
 * share, something installed) while a sensor of its site listened and none saw a logon from that address and port. */
void log_only_find(struct store_tx *tx, const struct log_only_span *span);

#endif
