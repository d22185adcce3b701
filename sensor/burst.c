#include "sensor/burst.h"

void burst_flush(struct burst *b, struct engine *e)
{
	engine_feed_all(e, b->packets, b->n);
	b->n = b->used_bytes = 0;
}

void burst_feed(struct burst *b, struct engine *e, const struct packet *packet)
{
	struct packet *last = &b->packets[b->n++];
	uint8_t *copy = b->bytes + b->used_bytes;

	*last = *packet;
	if (packet->bytes.n <= BURST_COPIED_BYTES && b->n < ENGINE_ALONGSIDE) {
		last->bytes = view_of(copy, view_copy(copy, BURST_COPIED_BYTES, packet->bytes));
		b->used_bytes += packet->bytes.n;
	} else {
		burst_flush(b, e);	/* while the capture still holds it */
	}
}
