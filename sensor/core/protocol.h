/*
 * Whose connection is this? The first bytes of each direction are gathered
 * until a protocol claims them; from then on everything goes to it.
 *
 * The answer depends on the bytes alone, not on how segments cut them. Used by
 * connection.c only, which owns the flow and calls in stream order.
 */
#ifndef ASHIATO_SENSOR_CORE_PROTOCOL_H
#define ASHIATO_SENSOR_CORE_PROTOCOL_H

#include "sensor/core/connection.h"
#include "sensor/core/fetch.h"

enum { PROTOCOL_FETCH_BYTES = 128 };	/* what most protocols keep in the block they are found by */

/* In-order bytes, or a hole, of one direction of ${f}, which is undecided or carries a protocol. */
void protocol_data(struct connections *c, struct flow *f, enum way way, struct view bytes, int64_t time_ns);
void protocol_gap(struct connections *c, struct flow *f, enum way way, uint64_t n, int64_t time_ns);

/* In-order bytes, at least one, of ${f}, which carries a protocol: protocol_data on the short way. */
static inline void protocol_feed(struct connections *c, struct flow *f, enum way way, struct view bytes, int64_t time_ns)
{
	arena_empty(c->env->arena);
	c->protocols[f->protocol]->feed(f->conn, way, bytes, time_ns);
}

/* The connection is over: ask about what is still gathered, close the
 * protocol, state the flow.summary. ${f}'s state is FLOW_OVER afterwards. */
void protocol_end(struct connections *c, struct flow *f, const char *ended_by);

/* True if ${f} carries a protocol that holds it dear. */
bool protocol_is_dear(const struct connections *c, const struct flow *f);

/* Begin to fetch (fetch.h) what the protocol of ${f}, if it carries one, is found by. */
static inline void protocol_fetch(const struct flow *f)
{
	if (f->state == FLOW_CARRIES)
		fetch(f->conn, PROTOCOL_FETCH_BYTES);
}

#endif
