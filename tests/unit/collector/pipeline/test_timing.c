/* A clock that is set or steps is followed, and what it showed before stands for what was written then. */
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/lib/facts.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { N = 16, EVERY_S = 3 * 3600, SET_BEFORE = 9 };	/* two days; the clock is set in the middle of one */

static const int64_t first_ns = -4 * CLOCK_HOUR_NS, then_ns = -4 * CLOCK_HOUR_NS + 1200 * CLOCK_SECOND_NS;

static void see(struct bench *b)
{
	for (unsigned i = 0; i < N; i++) {
		struct facts_session s = { "10.0.0.1", "10.0.0.2", SESSIONS_PORT + i, SESSIONS_PORT + i, BENCH_T0 + (int64_t)i * EVERY_S };
		Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
		facts_psexec(batch, &s, "admin");
		b->next_seq += batch->n_events;
		bench_commit(b, batch);
		facts_free(batch);
	}
}

/* The log of a server that is set forward before session ${set_before}, without sessions 3 and 12. */
static void write_log(struct logkit *k, unsigned set_before)
{
	*k = (struct logkit){ .offset_ns = first_ns };
	logkit_life(k, -600);
	for (unsigned i = 0; i < N; i++) {
		k->offset_ns = i < set_before ? first_ns : then_ns;
		if (i != 3 && i != 12)
			logkit_logon(k, (uint16_t)(SESSIONS_PORT + i), "admin", (int64_t)i * EVERY_S);
	}
	logkit_life(k, N * EVERY_S);
}

static void shuffle(struct logkit *k, unsigned seed)
{
	for (size_t i = k->n - 1; i > 0; i--) {
		size_t other = (size_t)rand_r(&seed) % (i + 1);
		struct log_record swapped = k->records[i];
		k->records[i] = k->records[other];
		k->records[other] = swapped;
	}
}

Test(timing, a_clock_that_is_set_during_a_day_is_followed_in_whatever_order_the_log_comes)
{
	for (unsigned seed = 0; seed < 6; seed++) {
		struct bench b;
		struct logkit k;
		bench_open(&b, ":memory:");
		bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
		write_log(&k, SET_BEFORE);
		if (seed > 0)
			shuffle(&k, seed);
		if (seed % 2 == 0)
			see(&b);
		for (size_t from = 0; from < k.n; from += 30)
			logkit_import(&b, &k, "fs1.jsonl", from, from + 30 < k.n ? from + 30 : k.n);
		if (seed % 2 == 1)
			see(&b);
		cr_expect_str_eq(sessions_verdicts(&b), "aaalaaaaaaaalaaa", "seed %u: %s", seed, sessions_verdicts(&b));
		bench_close(&b);
	}
}

Test(timing, a_clock_that_was_set_long_ago_does_not_hold_the_estimate)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
	see(&b);
	write_log(&k, 2);
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	json_t *list = NULL;
	cr_assert_eq(service_log_sources(b.service, &list, b.error), ANSWER_OK);
	const json_t *source = json_array_get(json_object_get(list, "items"), 0);
	cr_expect_float_eq(json_number_value(json_object_get(source, "offset_seconds")), -4 * 3600 + 1200, 1.5);
	json_decref(list);
	bench_close(&b);
}
