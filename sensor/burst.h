/*
 * Packets on their way to the engine, gathered so that it can take several
 * alongside (engine_feed_all). A capture's packet is valid until the next one
 * is read, so they are copied here. Whoever fills a burst flushes it before
 * waiting for anything: no packet grows old in it.
 */
#ifndef ASHIATO_SENSOR_BURST_H
#define ASHIATO_SENSOR_BURST_H

#include "sensor/engine.h"

enum { BURST_BYTES = 32768 };	/* stays in the processor's first cache; 16 packets on average have a quarter of it */

struct burst {
	size_t n, used_bytes;
	struct packet packets[ENGINE_ALONGSIDE];
	uint8_t bytes[BURST_BYTES];
};

/* Feed ${packet}, now or at the latest with burst_flush, in the order of the calls. All zero is an empty burst. */
void burst_feed(struct burst *b, struct engine *e, const struct packet *packet);

/* Feed what is left. */
void burst_flush(struct burst *b, struct engine *e);

#endif
