/*
 * TCP connections: segments in, ordered bytes to the protocol that claims them.
 *
 * Follows the handshake, finds out who opened, asks each protocol whether the
 * first bytes are its own, ends a connection at FIN, RST, silence or for want
 * of room, and states a flow.summary for each that was claimed. Content
 * decides first and the port second, so a protocol is found on any port; a
 * connection nobody claims costs one lookup a packet. Knows no protocol by
 * name.
 *
 * What a stranger can send must not end a connection that goes on: a SYN on
 * an open one counts only once the other side has answered it, a RST only when
 * its sender stays silent afterwards (both as RFC 5961 has the ends do).
 */
#ifndef ASHIATO_SENSOR_CORE_CONNECTION_H
#define ASHIATO_SENSOR_CORE_CONNECTION_H

#include "sensor/core/flow.h"
#include "sensor/core/handoff.h"
#include "sensor/core/link.h"

struct connections {
	struct env *env;
	struct flow_table *table;
	const struct conn_ops *const *protocols;	/* asked in this order */
	size_t n_protocols;
	struct stream_env streams;			/* filled in by connections_init */
};

/* One TCP segment and how it came. */
struct arrival {
	const struct link *link;
	const struct ip *ip;
	const struct tcp *tcp;
	const struct flow_place *place;	/* in the table of the connections */
	int64_t time_ns;
};

/* Fill in ${c}->streams; everything else is the caller's and outlives it. */
void connections_init(struct connections *c);

void connections_packet(struct connections *c, const struct arrival *a);

/* Begin to fetch what connections_packet will need of the connections at ${places} (fetch.h): all of them take a step, then all
 * the next one, each of which wants to find what the one before has fetched. At most CONNECTIONS_ALONGSIDE. */
enum { CONNECTIONS_ALONGSIDE = 16 };
void connections_fetch(const struct connections *c, const struct flow_place *const places[], size_t n);

/* Nothing more came until ${now_ns}: let idle connections, old holes and reset connections go. */
void connections_expire(struct connections *c, int64_t now_ns);

/* Free memory until at most ${bytes} of the pool are in use: give up holes, then evict
 * connections that nobody claims, then claimed ones, idle longest first. */
void connections_shrink(struct connections *c, size_t bytes);

/* End every connection, idle longest first, and empty the table. */
void connections_end(struct connections *c, int64_t now_ns);

#endif
