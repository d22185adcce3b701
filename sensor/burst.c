#include "sensor/burst.h"

void burst_flush(struct burst *b, struct engine *e)
{
	engine_feed_all(e, b->packets, b->n);
	b->n = b->used_bytes = 0;
}

void burst_feed(struct burst *b, struct engine *e, const struct packet *packet)
{
	struct packet *kept;

	if (b->n == ENGINE_ALONGSIDE || packet->bytes.n > BURST_BYTES - b->used_bytes)
		burst_flush(b, e);
	if (packet->bytes.n > BURST_BYTES) {
		engine_feed(e, packet);
		return;
	}
	kept = &b->packets[b->n++];
	*kept = *packet;
	kept->bytes = view_of(b->bytes + b->used_bytes, view_copy(b->bytes + b->used_bytes, BURST_BYTES - b->used_bytes, packet->bytes));
	b->used_bytes += kept->bytes.n;
}
