/*
 * Whose a record is that names a client and no port, by a clock that nothing
 * proves: of one client, one server and some minutes, which logon on the wire
 * each such record is likeliest to be of. A record is of one connection alone,
 * so that one which somebody else's logon left does not excuse an access whose
 * own was erased. The nearest pairs are made first; what comes out does not
 * depend on the order in which things are added. Pure; memory is bounded.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_WHOSE_H
#define ASHIATO_COLLECTOR_BASELINE_WHOSE_H

#include "collector/logs/record.h"

enum { WHOSE_MAX = 128 };	/* logons, and records: beyond that the ones nearest to the access */

/* A logon that the network saw; ${account} NULL: of nobody knows whom. */
struct whose_logon {
	int64_t time_ns;
	uint16_t port;
	const char *account;
};

struct whose;

/* For the access that ${own} is of. NULL when memory is short. */
struct whose *whose_new(const struct whose_logon *own);
void whose_free(struct whose *w);

/* Another logon from the client to the server. Those from the access's own port are its own. */
void whose_add_logon(struct whose *w, const struct whose_logon *l);

/* Record ${id} of clock ${clock} (LOG_LOGON or LOG_SHARE), written at ${utc_ns} as far as that clock can be believed. */
void whose_add_record(struct whose *w, int64_t clock, int64_t id, const struct log_record *r, int64_t utc_ns);

/* True if ${id} may be the access's: it is no further off than ledger_wrong_ns, and no other connection took it that is nearer to it.
 * Nothing is added any more. */
bool whose_is_own(struct whose *w, int64_t id);

#endif
