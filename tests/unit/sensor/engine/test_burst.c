/* The fast path gives what the plain one gives, byte for byte: packets in bursts and events packed by proto/pack, beside packets
 * one by one and events packed by protobuf-c; over the recorded cases and, where they are at hand, the public captures. */
#include "sensor/burst.h"

#include "proto/pack.h"
#include "tests/lib/recut.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT_MAX_BYTES = 1 << 18, OUT_BYTES = 1 << 22, SEED = 1, FRAME_BYTES = BURST_BYTES + 1000 };

/* Events as they are sent, one behind the other. */
struct sent {
	uint8_t *bytes;
	size_t n;
	unsigned n_events;
};

static void send(void *ctx, const Ev__Event *event)
{
	static uint8_t out[EVENT_MAX_BYTES];
	struct sent *s = ctx;
	size_t n = pack_to_end(&event->base, out, sizeof(out));

	cr_assert(n <= sizeof(out) && s->n + n <= OUT_BYTES);
	memcpy(s->bytes + s->n, out + sizeof(out) - n, n);
	s->n += n;
	s->n_events++;
}

static void send_plainly(void *ctx, const Ev__Event *event)
{
	struct sent *s = ctx;

	cr_assert(s->n + ev__event__get_packed_size(event) <= OUT_BYTES);
	s->n += ev__event__pack(event, s->bytes + s->n);
	s->n_events++;
}

/* A way from frames to bytes. */
struct path {
	event_fn send;
	bool (*feed)(struct engine *e, const struct frames *frames);
};

static struct sent sent_of(const struct frames *frames, const struct limits *limits, const struct path *path)
{
	struct sent sent = { .bytes = malloc(OUT_BYTES) };
	struct engine *e = engine_new(limits, path->send, &sent);

	cr_assert(e != NULL && sent.bytes != NULL);
	cr_assert(path->feed(e, frames));
	engine_end(e);
	engine_health(e, &(struct capture_facts){ .spool_bytes = 0 }, 0);
	engine_free(e);
	return sent;
}

static bool one_by_one(struct engine *e, const struct frames *frames)
{
	for (size_t i = 0; i < frames->n; i++)
		engine_feed(e, &frames->of[i]);
	return true;
}

static bool in_bursts(struct engine *e, const struct frames *frames)
{
	static struct burst burst;

	for (size_t i = 0; i < frames->n; i++)
		burst_feed(&burst, e, &frames->of[i]);
	burst_flush(&burst, e);
	return burst.n == 0 && burst.used_bytes == 0;
}

static const struct path plain = { send_plainly, one_by_one }, fast = { send, in_bursts };

static void compare(const struct frames *frames, const struct limits *limits, const char *what)
{
	struct sent one = sent_of(frames, limits, &plain), many = sent_of(frames, limits, &fast);

	cr_expect(one.n_events > 0, "%s", what);
	cr_expect(one.n == many.n && memcmp(one.bytes, many.bytes, one.n) == 0, "%s: %u events became %u", what, one.n_events,
		  many.n_events);
	free(one.bytes);
	free(many.bytes);
}

/* With room for everything, and with so little that connections are given up while the next packets of theirs wait in the burst. */
static void compare_limits(const struct frames *frames, const char *what)
{
	struct limits tight = limits_default;

	compare(frames, &limits_default, what);
	tight.flows = 2;
	compare(frames, &tight, what);
}

/* Compare every capture that ${pattern} matches; how many those are. */
static size_t compare_all(const char *pattern)
{
	glob_t found = { .gl_pathc = 0 };
	size_t n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;

	for (size_t i = 0; i < n; i++) {
		struct frames frames = frames_read(found.gl_pathv[i]);

		compare_limits(&frames, found.gl_pathv[i]);
		frames_free(&frames);
	}
	globfree(&found);
	return n;
}

Test(burst, recordings_in_bursts_give_the_same_events)
{
	cr_expect_geq(compare_all("tests/golden/*/capture.pcap"), 12);
}

Test(burst, public_captures_in_bursts_give_the_same_events)
{
	if (compare_all("../shared/captures/*cap") == 0)
		cr_skip_test("../shared/captures is not there");
}

Test(burst, recordings_rewritten_and_in_bursts_give_the_same_events)
{
	struct frames frames = frames_read("tests/golden/hops/capture.pcap");

	for (size_t way = 0; way < n_recuts; way++) {
		struct frames rewritten = { .n = 0 };

		recuts[way].rewrite(&frames, SEED, &rewritten);
		compare_limits(&rewritten, recuts[way].name);
		frames_free(&rewritten);
	}
	frames_free(&frames);
}

/* How many of ${n_frames} frames of zeros, which are not IP, the engine counts. */
static uint64_t packets_counted(size_t n_frames, size_t bytes)
{
	static const uint8_t frame[FRAME_BYTES];
	static struct burst burst;
	struct sent sent = { .bytes = malloc(OUT_BYTES) };
	struct engine *e = engine_new(&limits_default, send, &sent);
	struct packet packet = { .time_ns = 1, .bytes = view_of(frame, bytes), .wire_bytes = (uint32_t)bytes, .link_type = 1 };
	uint64_t n;

	cr_assert(e != NULL && sent.bytes != NULL);
	for (size_t i = 0; i < n_frames; i++)
		burst_feed(&burst, e, &packet);
	burst_flush(&burst, e);
	n = engine_counts(e)->of[COUNT_PACKETS];
	engine_free(e);
	free(sent.bytes);
	return n;
}

Test(burst, frames_of_any_length_are_fed)
{
	cr_expect_eq(packets_counted(3, 0), 3);
	cr_expect_eq(packets_counted(40, BURST_COPIED_BYTES), 40, "as long as is copied");
	cr_expect_eq(packets_counted(40, BURST_COPIED_BYTES + 1), 40);
	cr_expect_eq(packets_counted(3, BURST_BYTES), 3);
	cr_expect_eq(packets_counted(3, BURST_BYTES + 1), 3);
}

Test(burst, as_many_frames_as_go_alongside_and_one_more_are_fed)
{
	cr_expect_eq(packets_counted(0, 0), 0);
	cr_expect_eq(packets_counted(ENGINE_ALONGSIDE, 100), ENGINE_ALONGSIDE);
	cr_expect_eq(packets_counted(ENGINE_ALONGSIDE + 1, 100), ENGINE_ALONGSIDE + 1);
}
