/*
 * The way out: one exchange becomes one event.
 */
#ifndef ASHIATO_SENSOR_SMB_FACT_H
#define ASHIATO_SENSOR_SMB_FACT_H

#include "sensor/smb/pending.h"

/* Set optional field ${f} of message ${m}. */
#define FACT_SET(m, f, v) ((m)->has_##f = 1, (m)->f = (v))

/* When something was asked and answered. */
struct exchange {
	int64_t time_ns;
	bool is_answered;
	int64_t response_ns;
	uint32_t status;
};

/* Of request ${p} and response ${a}, either of which may be NULL but not both. */
struct exchange fact_exchange(const struct pending *p, const struct answer *a);

/* Emit ${e}, whose body is set, with the connection's ends and the times of ${x};
 * counted instead when the arena was too small for what it holds. */
void fact_emit(struct conn *c, const struct exchange *x, Ev__Event *e);

/* Security token ${token} read, for an event; NULL when there is none, or (counted) when it cannot be read. */
Ev__AuthToken *fact_token(struct conn *c, struct view token);

#endif
