/*
 * The target: which interface a call means, and what its arguments say.
 *
 * By its presentation context when the bind was seen. Otherwise by what else
 * is known, in the order of certainty, and said so: never a guess between two.
 * Private to rpc/, used by calls.c.
 */
#ifndef ASHIATO_SENSOR_RPC_TARGET_H
#define ASHIATO_SENSOR_RPC_TARGET_H

#include "sensor/rpc/assoc.h"

struct target {
	const struct uuid *uuid;		/* NULL: nothing is known */
	struct uuid inferred_uuid;
	const struct interface *interface;	/* its row; NULL: none */
	const struct operation *operations;	/* operations_of it */
	const char *inferred_from;		/* NULL: its bind was seen */
	const char *undecoded;			/* why arguments that could be read are not reported; NULL: no such thing */
	struct decoding arguments;		/* none when n_args is 0 */
};

/* Set what of ${call}, whose request has just begun, someone may read one day: it is worth keeping. */
void target_want(const struct assoc *a, struct call *call);

/* Find out what ${call}, which is over, was. Arguments live in the arena. */
void target_of(struct assoc *a, const struct call *call, struct target *out);

#endif
