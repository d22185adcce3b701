/*
 * A load: packets on their way from the thread that reads them to the one that
 * parses them (belt.h), copied, because a capture's packet is valid until the
 * next one is read. They stay where they are until the load is emptied, so
 * that others may still look at them when they have been parsed.
 */
#ifndef ASHIATO_SENSOR_LOAD_H
#define ASHIATO_SENSOR_LOAD_H

#include "sensor/engine.h"

enum {
	LOAD_PACKETS = 4 * ENGINE_ALONGSIDE,
	LOAD_BYTES = 66 << 10,	/* the longest frame that offloading makes of IPv4, and with it any other */
};

struct load {
	size_t n, used_bytes;
	struct packet packets[LOAD_PACKETS];
	uint8_t bytes[LOAD_BYTES];
};

void load_empty(struct load *l);

/* Copy ${packet} behind the others; false when there is no room for it. An empty one has room for LOAD_BYTES. */
bool load_add(struct load *l, const struct packet *packet);

/* True if ${bytes} lie in this load's packets. */
bool load_holds(const struct load *l, struct view bytes);

/* Give ${e} the packets, in the order in which they were added. */
void load_feed(const struct load *l, struct engine *e);

#endif
