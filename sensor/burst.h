/*
 * Packets on their way to the engine, gathered so that it can take several
 * alongside (engine_feed_all). A capture's packet is valid until the next one
 * is read, so they are copied here, all but the last: the sixteenth, or one so
 * long that copying it would take more time than a full burst saves. Whoever fills a
 * burst flushes it before waiting for anything: no packet grows old in it.
 */
#ifndef ASHIATO_SENSOR_BURST_H
#define ASHIATO_SENSOR_BURST_H

#include "sensor/engine.h"

enum {
	BURST_COPIED_BYTES = 1024,	/* what is longer is not copied: most of it is data that nobody looks at twice */
	BURST_BYTES = (ENGINE_ALONGSIDE - 1) * BURST_COPIED_BYTES,
};

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
