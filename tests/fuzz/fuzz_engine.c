#include "proto/codec.h"
#include "sensor/core/cursor.h"
#include "sensor/core/link.h"
#include "tests/lib/recut.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct limits limits;

/* A fingerprint of every event but those that count packets. */
static void on_event(void *ctx, const Ev__Event *event)
{
	Ev__Event unnumbered = *event;
	char why[256];
	uint8_t *packed;
	size_t n;

	assert(codec_event_valid(event, why, sizeof(why)));
	if (event->body_case == EV__EVENT__BODY_FLOW_SUMMARY || event->body_case == EV__EVENT__BODY_SENSOR_HEALTH)
		return;
	unnumbered.seq = 0;
	n = ev__event__get_packed_size(&unnumbered);
	packed = malloc(n);
	assert(packed != NULL);
	ev__event__pack(&unnumbered, packed);
	*(uint32_t *)ctx = (uint32_t)crc32(*(uint32_t *)ctx, packed, (unsigned)n);
	free(packed);
}

/* The fingerprint of what the sensor says about ${frames}; ${lost} gets how much it had to give up, or passed over for a checksum that
 * is wrong: cut anew, the same bytes come with a right one. */
static uint32_t run(const struct frames *frames, uint64_t *lost)
{
	uint32_t fingerprint = 0;
	struct engine *e = engine_new(&limits, on_event, &fingerprint);

	assert(e != NULL);
	for (size_t i = 0; i < frames->n; i++)
		engine_feed(e, &frames->of[i]);
	engine_end(e);
	engine_health(e, &(struct capture_facts){ .truncated = false }, 0);
	*lost = counts_sum(engine_counts(e), COUNT_OF_LOSS) + engine_counts(e)->of[COUNT_TCP_CHECKSUM];
	engine_free(e);
	return fingerprint;
}

/* Frames written one after the other: link type, ms since the last, length (u16), bytes. */
static struct frames frames_of(struct view input, struct packet block[], size_t most)
{
	static const int types[] = { LINK_ETHERNET, LINK_RAW, LINK_LINUX_SLL, LINK_LINUX_SLL2, LINK_NULL, LINK_LOOP };
	struct cursor c = cur_of(input);
	struct frames frames = { .of = block };
	int64_t now_ns = INT64_C(1600000000000000000);

	while (frames.n < most && cur_left(&c) > 0) {
		struct packet *p = &block[frames.n++];

		p->link_type = types[cur_u8(&c) % 6];
		now_ns += cur_u8(&c) * INT64_C(1000000);
		p->time_ns = now_ns;
		p->wire_bytes = cur_u16le(&c);
		p->bytes = cur_take(&c, p->wire_bytes <= cur_left(&c) ? p->wire_bytes : cur_left(&c));
	}
	return frames;
}

/* The same packets twice, and cut into other segments, give the same events, all of them fit to be stored. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct packet block[4096];
	struct frames frames = frames_of(view_of(data, n), block, 4096), cut = { .n = 0 };
	uint64_t lost, lost_again;
	uint32_t once;

	limits = limits_default;
	limits.memory_bytes = 4 << 20;
	limits.arena_bytes = 128 << 10;
	limits.flows = 32;
	once = run(&frames, &lost);
	assert(run(&frames, &lost_again) == once && lost == lost_again);
	recuts[2].rewrite(&frames, (uint32_t)n, &cut);
	/* Where something had to be given up, when that was depends on the segments. */
	assert(run(&cut, &lost_again) == once || lost != 0 || lost_again != 0);
	frames_free(&cut);
	return 0;
}
