/*
 * Endpoints: what is known of servers beyond one association.
 *
 * Which interfaces a server offers on a TCP port (its endpoint mapper said so,
 * an activation did, or someone bound there), and which interface an object's
 * id (IPID) belongs to. With it a call whose bind was not captured can still
 * be named. Two bounded tables in sets of a few rows, of which the row used
 * longest ago gives way; what is older than a day is not believed, for ports
 * are given out anew when a server starts. Knows nothing of PDUs.
 */
#ifndef ASHIATO_SENSOR_RPC_ENDPOINTS_H
#define ASHIATO_SENSOR_RPC_ENDPOINTS_H

#include "events.pb-c.h"
#include "sensor/core/pool.h"
#include "sensor/core/view.h"
#include "sensor/rpc/ndr.h"

enum {
	ENDPOINTS_MAPPER_PORT = 135,
	ENDPOINTS_PORTS = 1024,		/* rows of each table: some 128 and 64 KiB, from the first one on */
	ENDPOINTS_OBJECTS = 1024,
	ENDPOINTS_INTERFACES = 8,	/* of one port; lsass of a domain controller offers about as many that matter */
};

/* Who said that an interface is there; of several the first counts. */
enum endpoint_source { ENDPOINT_MAPPED, ENDPOINT_ACTIVATED, ENDPOINT_BOUND };

/* As it stands in an event's inferred_from. */
const char *endpoints_source_name(enum endpoint_source source);

struct endpoint {
	size_t n;
	struct uuid interfaces[ENDPOINTS_INTERFACES];
	enum endpoint_source source;
};

/* Where: an address of 4 or 16 octets and a TCP port of it. */
struct endpoint_place {
	struct view ip;
	uint16_t port;
};

/* That of one end of a connection, whose bytes it stays. */
struct endpoint_place endpoints_place(const Ev__Endpoint *end);

struct endpoints;

/* NULL when the pool is full. */
struct endpoints *endpoints_new(struct pool *pool);
void endpoints_free(struct endpoints *e);

/* ${interface} is offered at ${place}, as of ${now_ns}. ${e} may be NULL: nothing is learned. */
void endpoints_learn(struct endpoints *e, struct endpoint_place place, const struct uuid *interface, enum endpoint_source source,
		     int64_t now_ns);

/* What is offered there; false when nothing is known, or more than there is room for. */
bool endpoints_find(struct endpoints *e, struct endpoint_place place, int64_t now_ns, struct endpoint *out);

/* The object's interface pointer ${ipid} of the server ${ip} is one of ${interface}. */
void endpoints_learn_object(struct endpoints *e, struct view ip, const struct uuid *ipid, const struct uuid *interface, int64_t now_ns);

bool endpoints_find_object(struct endpoints *e, struct view ip, const struct uuid *ipid, int64_t now_ns, struct uuid *interface);

#endif
