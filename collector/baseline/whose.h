/*
 * Whose a record is that names a client and no port: of one client, one server
 * and some time, which logon on the wire each such record is likeliest to be of.
 * A record is of one connection alone, so that one which somebody else's logon
 * left neither confirms nor excuses an access whose own was erased. The nearest
 * pairs are made first. Where they leave a connection without a record and a
 * record without a connection, pairs are changed until both have one, if that
 * can be: nothing is missing where each may have its own (a maximum matching
 * of those that holds all the nearest pairs cover). What comes out does not
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

/* For the access that ${own} is of; a record is at most ${reach_ns} from its logon. NULL when memory is short. */
struct whose *whose_new(const struct whose_logon *own, int64_t reach_ns);
void whose_free(struct whose *w);

/* Another logon from the client to the server. Those from the access's own port are its own. */
void whose_add_logon(struct whose *w, const struct whose_logon *l);

/* Record ${id} of clock ${clock} (LOG_LOGON or LOG_SHARE), written at ${utc_ns} as far as that clock can be believed. */
void whose_add_record(struct whose *w, int64_t clock, int64_t id, const struct log_record *r, int64_t utc_ns);

/* True if ${id} may be the access's: it is within reach, and no other connection took it that is nearer to it, or that one may have
 * another record. Of connections that may have one, but not all, the access's comes first. Nothing is added any more. */
bool whose_is_own(struct whose *w, int64_t id);

/* True if the access's connection has a record when each takes one. Asked for each connection, it is true for no more than there are
 * records. Of one whose, either this is asked or whose_is_own; nothing is added any more. */
bool whose_has_one(struct whose *w);

#endif
