/*
 * A look at a packet: what its headers say, and which connection it belongs
 * to. Reads the packet and the key of the table of connections, neither of
 * which changes, so that it can be done ahead of the engine and in another
 * thread. Knows nothing of earlier packets.
 */
#ifndef ASHIATO_SENSOR_LOOK_H
#define ASHIATO_SENSOR_LOOK_H

#include "sensor/core/flow.h"
#include "sensor/core/link.h"
#include "sensor/engine.h"

struct look {
	enum link_result is_ip;
	enum ip_result is;	/* valid when it is IP */
	bool is_segment;	/* it is TCP with a header that can be read: ${tcp} and ${place} are valid */
	struct link link;
	struct ip ip;
	struct tcp tcp;
	struct flow_place place;
};

/* Its views are those of ${packet}. */
void look_at(const struct flow_table *table, const struct packet *packet, struct look *out);

/* Look behind the IP header of ${l} again, whose payload is now what fragments came to. */
void look_at_whole(const struct flow_table *table, struct look *l);

/* Read the segment's bytes too, for its checksum, which otherwise waits until somebody wants to know. */
void look_through(struct look *l);

#endif
