/* However many threads there are, batches are the same. */
#include "sensor/team.h"

#include "sensor/load.h"
#include "tests/lib/recut.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_BYTES = 1 << 22, TIMES = 3 };

struct told {
	struct team *team;
	uint8_t *bytes;
	size_t n;
	unsigned n_batches;
};

static void keep(void *ctx, const struct batch *batch)
{
	struct told *told = ctx;

	cr_assert_leq(told->n + batch->n, OUT_BYTES);
	memcpy(told->bytes + told->n, batch->bytes, batch->n);
	told->n += batch->n;
	told->n_batches++;
}

static void refuse(void *ctx, uint64_t seq)
{
	(void)ctx;
	cr_assert_fail("event %llu given up", (unsigned long long)seq);
}

static void emit(void *ctx, const Ev__Event *event)
{
	struct told *told = ctx;

	team_add(told->team, event);
}

static void begin(struct told *told, unsigned n_threads, const struct limits *limits)
{
	const struct team_options o = { .n_threads = n_threads, .limits = limits, .epoch = 9, .emit = emit, .deliver = keep,
					.give_up = refuse, .ctx = told };

	*told = (struct told){ .bytes = malloc(OUT_BYTES) };
	told->team = team_new(&o);
	cr_assert(told->team != NULL && told->bytes != NULL);
}

static void end(struct told *told)
{
	team_gather(told->team);
	engine_end(team_engine(told->team));
	engine_health(team_engine(told->team), &(struct capture_facts){ .spool_bytes = 0 }, 0);
	team_free(told->team);
}

/* How the packets come: ${flush_every} of them, then the source pauses; 0: never. */
static struct told told_by(unsigned n_threads, const struct frames *frames, const struct limits *limits, size_t flush_every)
{
	struct told told;

	begin(&told, n_threads, limits);
	for (size_t time = 0; time < TIMES; time++)
		for (size_t i = 0; i < frames->n; i++) {
			team_feed(told.team, &frames->of[i]);
			if (flush_every != 0 && i % flush_every == 0)
				team_flush(told.team);
		}
	end(&told);
	return told;
}

static void compare(const struct frames *frames, const struct limits *limits, const char *what)
{
	static const size_t flushes[] = { 0, 1, 7 };
	struct told one = told_by(1, frames, limits, 0);

	cr_expect_gt(one.n_batches, 0, "%s", what);
	for (unsigned n_threads = 2; n_threads <= TEAM_THREADS_MOST; n_threads++)
		for (size_t i = 0; i < sizeof(flushes) / sizeof(flushes[0]); i++) {
			struct told many = told_by(n_threads, frames, limits, flushes[i]);

			cr_expect(one.n == many.n && memcmp(one.bytes, many.bytes, one.n) == 0,
				  "%s: %u threads, flush %zu: %zu bytes became %zu", what, n_threads, flushes[i], one.n, many.n);
			free(many.bytes);
		}
	free(one.bytes);
}

Test(team, recordings_give_the_same_batches)
{
	glob_t found = { .gl_pathc = 0 };
	struct limits hashing = limits_default;

	hashing.hash = HASH_ALL;
	cr_assert_eq(glob("tests/golden/*/capture.pcap", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct frames frames = frames_read(found.gl_pathv[i]);

		compare(&frames, &limits_default, found.gl_pathv[i]);
		compare(&frames, &hashing, found.gl_pathv[i]);
		frames_free(&frames);
	}
	globfree(&found);
}

/* Bytes to hash then come from the pool, out of order and in pieces, and connections end with hashes under way. */
Test(team, recordings_rewritten_give_the_same_batches)
{
	struct frames frames = frames_read("tests/golden/pth-admin-copy/capture.pcap");
	struct limits tight = limits_default;

	tight.flows = 2;
	tight.hash = HASH_ALL;
	for (size_t way = 0; way < n_recuts; way++) {
		struct frames rewritten = { .n = 0 };

		recuts[way].rewrite(&frames, 1, &rewritten);
		compare(&rewritten, &tight, recuts[way].name);
		frames_free(&rewritten);
	}
	frames_free(&frames);
}

/* A frame of zeros is not IP; what matters is that it comes between others. */
Test(team, frames_longer_than_a_load_keep_their_place)
{
	static uint8_t zeros[LOAD_BYTES + 1];
	struct frames frames = frames_read("tests/golden/hops/capture.pcap"), mixed = { .n = 0 };
	const struct packet long_one = { .time_ns = frames.of[0].time_ns, .bytes = view_of(zeros, sizeof(zeros)), .link_type = 1 };

	mixed.of = calloc(2 * frames.n, sizeof(*mixed.of));
	cr_assert_not_null(mixed.of);
	for (size_t i = 0; i < frames.n; i++) {
		mixed.of[mixed.n++] = frames.of[i];
		if (i % 10 == 0)
			mixed.of[mixed.n++] = long_one;
	}
	compare(&mixed, &limits_default, "long frames");
	free(mixed.of);
	frames_free(&frames);
}

Test(team, a_batch_can_be_delivered_before_it_is_full)
{
	struct frames frames = frames_read("tests/golden/hops/capture.pcap");

	for (unsigned n_threads = 1; n_threads <= 2; n_threads++) {
		struct told told;

		begin(&told, n_threads, &limits_default);
		for (size_t i = 0; i < frames.n; i++) {
			team_feed(told.team, &frames.of[i]);
			if (i != frames.n / 2)
				continue;
			team_flush(told.team);
			team_deliver(told.team);
			team_flush(told.team);
		}
		end(&told);
		cr_expect_geq(told.n_batches, 2, "%u threads", n_threads);
		free(told.bytes);
	}
	frames_free(&frames);
}

Test(team, one_that_is_fed_nothing_ends)
{
	for (unsigned n_threads = 0; n_threads <= TEAM_THREADS_MOST; n_threads++) {
		struct told told;

		begin(&told, n_threads, &limits_default);
		end(&told);
		cr_expect_eq(told.n_batches, 1, "health");
		free(told.bytes);
	}
}

/* Nobody asked it to end its connections: nothing is delivered for them, nothing leaks. */
Test(team, one_can_be_dismissed_in_the_middle)
{
	struct frames frames = frames_read("tests/golden/pth-admin-copy/capture.pcap");

	for (unsigned n_threads = 1; n_threads <= TEAM_THREADS_MOST; n_threads++) {
		struct told told;

		begin(&told, n_threads, &limits_default);
		for (size_t i = 0; i < frames.n / 2; i++)
			team_feed(told.team, &frames.of[i]);
		team_free(told.team);
		free(told.bytes);
	}
	frames_free(&frames);
}
