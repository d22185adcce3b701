/*
 * What happens to a log itself: it is cleared, its clock or its numbers go
 * backwards, its clock steps, it claims another host's address, a stream stops. Each is a finding without an access on the host
 * that writes the log, and so an incident of its own.
 */
#ifndef ASHIATO_COLLECTOR_TAMPERING_H
#define ASHIATO_COLLECTOR_TAMPERING_H

#include "collector/store/store.h"

/* Of which log; ${h}'s texts live during the call. */
struct tampering {
	const struct store_log_host *h;
	const char *address;	/* of the host; NULL: its name stands for it */
	int64_t offset_ns;
};

/* ${r}, 1102 or 104. The finding's id, to be grouped. */
int64_t tampering_cleared(struct store_tx *tx, const struct tampering *t, const struct log_record *r);

/* ${r} was written earlier than the record before it, by ${back_ns}. */
int64_t tampering_backwards(struct store_tx *tx, const struct tampering *t, const struct log_record *r, int64_t back_ns);

/* The clock shows ${to_ns} more than UTC from the day on that began at ${at_ns}, and showed ${from_ns} before. */
int64_t tampering_stepped(struct store_tx *tx, const struct tampering *t, int64_t at_ns, int64_t from_ns, int64_t to_ns);

/* The log says at ${at_ns} that its host has ${address}, which is known as ${other}'s. */
int64_t tampering_claimed(struct store_tx *tx, const struct tampering *t, int64_t at_ns, const char *address, const char *other);

/* The log goes on and has told no logon over the network since ${until_ns} (UTC), though the network saw some. */
int64_t tampering_silenced(struct store_tx *tx, const struct tampering *t, int64_t until_ns);

/* The stream has been silent since ${h}->heard_ns (the collector's clock). */
int64_t tampering_stopped(struct store_tx *tx, const struct tampering *t);

#endif
