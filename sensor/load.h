/*
 * A load: packets on their way from the thread that reads them to the one that
 * parses them (belt.h), copied, because a capture's packet is valid until the
 * next one is read. They stay where they are until the load is emptied, so
 * that others may still look at them when they have been parsed.
 */
#ifndef ASHIATO_SENSOR_LOAD_H
#define ASHIATO_SENSOR_LOAD_H

#include "sensor/look.h"

enum {
	LOAD_PACKETS = 4 * ENGINE_ALONGSIDE,
	LOAD_BYTES = 66 << 10,	/* the longest frame that offloading makes of IPv4, and with it any other */
};

struct load {
	size_t n, used_bytes;
	size_t n_seen;		/* the first of them were looked at */
	struct packet packets[LOAD_PACKETS];
	struct look looks[LOAD_PACKETS];
	uint8_t bytes[LOAD_BYTES];
};

void load_empty(struct load *l);

/* Copy ${packet} behind the others; false when there is no room for it. An empty one has room for LOAD_BYTES. */
bool load_add(struct load *l, const struct packet *packet);

/* Look at the packet added last, in ${table} (engine_table), and all through it: in the thread that has it in its hands, for one that
 * has more to do. All packets of a load or none. */
void load_look(struct load *l, const struct flow_table *table);

/* True if ${bytes} lie in this load's packets. */
bool load_holds(const struct load *l, struct view bytes);

/* Give ${e} the packets, in the order in which they were added. */
void load_feed(struct load *l, struct engine *e);

#endif
