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

/* In-order bytes, or a hole, of one direction of ${f}, which is undecided or carries a protocol. */
void protocol_data(struct connections *c, struct flow *f, enum way way, struct view bytes, int64_t time_ns);
void protocol_gap(struct connections *c, struct flow *f, enum way way, uint64_t n, int64_t time_ns);

/* The connection is over: ask about what is still gathered, close the
 * protocol, state the flow.summary. ${f}'s state is FLOW_OVER afterwards. */
void protocol_end(struct connections *c, struct flow *f, const char *ended_by);

/* True if ${f} carries a protocol that holds it dear. */
bool protocol_is_dear(const struct flow *f);

/* Begin to fetch (fetch.h) what connects ${f} with its protocol; then, once that is there, the protocol's own state. */
void protocol_fetch(const struct flow *f);
void protocol_fetch_conn(const struct flow *f);

#endif
