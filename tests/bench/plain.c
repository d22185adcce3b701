/*
 * plain CAPTURE: what `ashiato-sensor --read CAPTURE --format proto` prints, made the plainest way: one thread, packet by packet,
 * files hashed at once, events and batches packed by protobuf-c. Its output is what the fast way is compared with.
 */
#include "proto/frame.h"
#include "sensor/batch.h"
#include "sensor/capture.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

struct printer {
	Ev__EventBatch batch;
	Ev__Event *events[BATCH_EVENTS];
};

static void print(struct printer *p)
{
	size_t n = ev__event_batch__get_packed_size(&p->batch);
	uint8_t head[FRAME_HEAD_BYTES], *body = malloc(n);

	if (body == NULL)
		err(1, "print");
	ev__event_batch__pack(&p->batch, body);
	frame_write(head, FRAME_BATCH, body, n);
	if (fwrite(head, sizeof(head), 1, stdout) != 1 || fwrite(body, n, 1, stdout) != 1)
		err(1, "print");
	free(body);
	while (p->batch.n_events > 0)
		ev__event__free_unpacked(p->events[--p->batch.n_events], NULL);
}

/* Keep a deep copy: the event dies when this returns. */
static void keep(void *ctx, const Ev__Event *event)
{
	struct printer *p = ctx;
	size_t n = ev__event__get_packed_size(event);
	uint8_t *packed = malloc(n);

	if (p->batch.n_events == BATCH_EVENTS)
		print(p);
	if (p->batch.n_events == 0)
		p->batch.first_seq = event->seq;
	if (packed == NULL)
		err(1, "keep");
	ev__event__pack(event, packed);
	p->events[p->batch.n_events++] = ev__event__unpack(NULL, n, packed);
	free(packed);
}

int main(int argc, char **argv)
{
	static struct printer p = { .batch = EV__EVENT_BATCH__INIT };
	char error[512] = "";
	struct capture *c = argc == 2 ? capture_open_file(argv[1], NULL, error, sizeof(error)) : NULL;
	struct engine *e = engine_new(&limits_default, keep, &p);
	struct capture_facts facts;
	struct packet packet = { .time_ns = 0 };

	if (c == NULL || e == NULL)
		errx(1, "usage: plain CAPTURE %s", error);
	p.batch.events = p.events;
	while (capture_next(c, 0, &packet) == CAPTURE_PACKET)
		engine_feed(e, &packet);
	engine_end(e);
	capture_facts(c, &facts);
	engine_health(e, &facts, packet.time_ns);
	if (p.batch.n_events > 0)
		print(&p);
	engine_free(e);
	capture_close(c);
	return 0;
}
